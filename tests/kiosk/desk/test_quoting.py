"""What customers are told of comments quotes none of them, in any script."""

from contextlib import nullcontext

import pytest

from kiosk.desk.quoting import require_own_words
from kiosk.errors import DeskError
from kiosk.visit.comments import Comment


@pytest.mark.parametrize(
    ("comment", "text", "repeats"),
    [
        ("Bin it", "Some say: BIN it!", True),
        ("Nobody reads it, ever.", "Well — nobody reads it (ever), it seems.", True),
        ("I hate the third one", "i hate the third one", True),
        ("Bin it", "Put the bin where it was.", False),
        ("Bin it", "A bin item", False),
        ("Tiring", "It is tiring.", False),  # one word is nobody's own
        ("I hate the third one here", "I hate the third one", False),
        ("…", "Anything at all.", False),
        ("这里的问题太多了", "这里的问题太多了。", True),  # scripts without spaces between words
        ("这里的问题太多了,没有人想回答", "有人说:“的问题太多了,没有人想回答”。", True),
        ("这里的问题太多了,没有人想回答", "问题太多了。", False),
        ("很好", "大家觉得很好。", False),  # one word
        ("質問がとても多いです", "「質問がとても多いです」と聞きました。", True),
        ("คำถามยาวเกินไปสำหรับฉัน", "บอกว่าคำถามยาวเกินไปสำหรับฉัน", True),
        ("คำถามยาวเกินไปสำหรับฉัน", "คำถามสั้นลง", False),
        ("See问题abc too", "see 问题 ABC too", True),
        ("प्रश्न बहुत लंबे हैं", "प्रश्न छोटे हैं", False),  # a mark is a part of its letter's word
    ],
)
def test_a_short_comment_is_not_published_whole(comment: str, text: str, repeats: bool) -> None:
    said = [
        Comment(id="a", pack="small", pack_version=1, question="day", ask="A?", week="2026-W10", text=comment)
    ]
    with pytest.raises(DeskError, match="word for word") if repeats else nullcontext():
        require_own_words(text, said)
