"""The processes of the kiosk as the supervisor holds them: started, listened to, ended, reaped."""

import selectors
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Self

from kiosk.supervision.protocol import CHUNK, END_SECONDS, Handover, Role


class Process:
    """A process of the kiosk. It starts without a terminal, and gets one when its turn comes."""

    def __init__(
        self,
        role: Role,
        command: Sequence[str],
        environment: Mapping[str, str],
        hand_over: Callable[[Role], tuple[Handover, int, int]],
    ) -> None:
        """Start `command`, to which the number of the control's file descriptor is added.

        `hand_over` gives what to tell it when its turn comes, and the terminal's two file descriptors.
        Raises OSError.
        """
        self.role = role
        self.control, theirs = socket.socketpair()
        try:
            self._process = subprocess.Popen(
                [*command, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                env=dict(environment),
            )
        except OSError:
            self.control.close()
            raise
        finally:
            theirs.close()
        self.control.setblocking(False)
        self._hand_over = hand_over
        self._unread = b""

    def give(self) -> None:
        """Hand over the terminal. Nothing happens where it has just died: its end is told next."""
        go, source, target = self._hand_over(self.role)
        with suppress(BrokenPipeError, ConnectionResetError):
            socket.send_fds(self.control, [go.to_line()], [source, target])

    def kill(self) -> None:
        """End it at once. `exit_code` tells when it has."""
        self._process.kill()

    def said(self) -> tuple[list[str], bool]:
        """Return the messages that have come in, and whether more may come. Never waits."""
        more = False
        try:
            while chunk := self.control.recv(CHUNK):
                self._unread += chunk
        except BlockingIOError:
            more = True
        except ConnectionResetError:
            pass
        *lines, self._unread = self._unread.split(b"\n")
        return [line.decode(errors="replace") for line in lines], more

    def exit_code(self) -> int | None:
        """Return how it ended, minus the number of a signal; None while it runs. Reaps it."""
        return self._process.poll()

    def ask_to_end(self) -> None:
        """Ask it to end."""
        self._process.terminate()

    def end_by(self, moment: float) -> None:
        """Wait for its end, until a moment of the monotonic clock; then end it at once."""
        _end_by(self._process, moment)
        self.control.close()


class Children:
    """The processes that run, and what comes from them. Leaving the context ends them all.

    `command` gives what starts a process of a role; `terminal` is the two file descriptors to hand over;
    `note` keeps a line in the log. `go` tells what a process is told, and must be set before any is given
    the terminal.
    """

    def __init__(
        self,
        command: Callable[[Role], Sequence[str]],
        environment: Mapping[str, str],
        terminal: tuple[int, int],
        note: Callable[[str], object],
    ) -> None:
        self._command = command
        self._environment = environment
        self._terminal = terminal
        self._note = note
        self._members: list[Process] = []
        self._chores: list[subprocess.Popen[bytes]] = []
        self._selector = selectors.DefaultSelector()
        self.go: Callable[[Role], Handover] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end_all()
        self._selector.close()

    def start(self, role: Role) -> Process | None:
        """Start a process; None where the machine has no room for one just now."""
        try:
            member = Process(role, self._command(role), self._environment, self._hand_over)
        except OSError as error:
            self._note(f"a {role.value} process could not be started ({error.strerror})")
            return None
        self._members.append(member)
        self._selector.register(member.control, selectors.EVENT_READ)
        return member

    def start_chore(self, command: Sequence[str]) -> None:
        """Start a process that says nothing and that nobody waits for."""
        nothing = subprocess.DEVNULL
        try:
            chore = subprocess.Popen(
                command, stdin=nothing, stdout=nothing, stderr=nothing, env=dict(self._environment)
            )
        except OSError as error:
            self._note(f"a chore could not be started ({error.strerror})")
        else:
            self._chores.append(chore)

    def wake_on(self, descriptor: int) -> None:
        """End `wait` early whenever there is something to read here."""
        self._selector.register(descriptor, selectors.EVENT_READ)

    def wait(self, seconds: float | None) -> None:
        """Wait for news; without end where no seconds are given."""
        self._selector.select(seconds)

    def news(self) -> Iterator[tuple[Process, str | int]]:
        """Yield what each process said, and last, where it ended, its exit code."""
        for member in tuple(self._members):
            code = member.exit_code()  # before its messages, so that none is lost
            messages, more = member.said()
            yield from ((member, message) for message in messages)
            if code is not None:
                self._members.remove(member)
                self._unregister(member)
                member.control.close()
                yield member, code
            elif not more:
                self._unregister(member)
        self._chores = [chore for chore in self._chores if chore.poll() is None]

    def _hand_over(self, role: Role) -> tuple[Handover, int, int]:
        if self.go is None:
            raise ValueError("a process is given the terminal before its home is known")
        return self.go(role), *self._terminal

    def _unregister(self, member: Process) -> None:
        with suppress(KeyError):  # one that closed its side early is registered no more
            self._selector.unregister(member.control)

    def _end_all(self) -> None:
        for member in self._members:
            member.ask_to_end()
        for chore in self._chores:
            chore.terminate()
        end = time.monotonic() + END_SECONDS
        for member in self._members:
            member.end_by(end)
        for chore in self._chores:
            _end_by(chore, end)


def _end_by(process: subprocess.Popen[bytes], moment: float) -> None:
    try:
        process.wait(max(0.0, moment - time.monotonic()))
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
