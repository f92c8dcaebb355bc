"""From the program to a machine: the medium that is made here, and the installer that it carries."""
