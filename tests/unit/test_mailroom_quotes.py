"""New words apart from quoted history and signatures, as Chinese and Western programs write them."""

import pytest

from complaints.mailroom.quotes import cut_history

# ruff: noqa: E501 - each text is what one program writes
MESSAGES = [
    (
        '你好，\n我的包裹还没到。\n\n------------------ 原始邮件 ------------------\n发件人: "客服" <kf@x.cn>;\n发送时间: 2026年3月5日(星期四) 上午10:11\n收件人: "张伟"<z@qq.com>;\n主题: 您的投诉\n\n已受理',
        "你好，\n我的包裹还没到。",
    ),
    ("收到。&nbsp;\n\n\n------------------&nbsp;原始邮件&nbsp;------------------\n发件人: a", "收到。&nbsp;"),
    ('还没解决\n\n在 2026-03-05 10:11:12，"客服" <kf@x.cn> 写道：\n\n您好', "还没解决"),
    ('还没解决\nAt 2026-03-05 10:11:12, "客服" <kf@x.cn> wrote:\n>您好\n>已受理', "还没解决"),
    ("请退款\n\n发自我的iPhone\n\n> 在 2026年3月5日，上午10:11，客服 <kf@x.cn> 写道：\n> \n> 您好", "请退款"),
    ("请退款\n\n在 2026年3月5日，10:11，客服 <kf@x.cn> 写道：\n\n\n您好\n已受理", "请退款"),
    ("请退款\n\n客服 <kf@x.cn> 于2026年3月5日周四 10:11写道：\n\n> 您好", "请退款"),
    ("請退款\n\n客服 <kf@x.tw> 於 2026年3月5日 週四 上午10:11寫道：\n\n> 您好", "請退款"),
    ("发件人: 张三\n没有收到货", "发件人: 张三\n没有收到货"),
    (
        "请处理\n\n发件人: 客服 [mailto:kf@x.cn] \n发送时间: 2026年3月5日 10:11\n收件人: 张伟\n主题: 答复: 投诉\n\n您好",
        "请处理",
    ),
    (
        "请处理\n\n________________________________\n发件人: 客服 <kf@x.cn>\n发送时间: 2026年3月5日 10:11\n收件人: 张伟\n主题: 答复: 投诉\n\n您好",
        "请处理",
    ),
    ("请处理\n\n\n \n发件人： 客服\n发送时间： 2026-03-05 10:11\n收件人： zhang\n主题： 投诉\n您好", "请处理"),
    (
        "请处理\n------------------------------------------------------------------\n发件人：客服 <kf@x.cn>\n发送时间：2026年3月5日(星期四) 10:11\n收件人：张伟 <z@aliyun.com>\n主\u3000题：投诉\n\n您好",
        "请处理",
    ),
    (
        "请处理\n\n\n---- 回复的原邮件 ----\n| 发件人 | 客服<kf@x.cn> |\n| 日期 | 2026年03月05日 10:11 |\n| 收件人 | 张伟 |\n| 主题 | 投诉 |\n您好",
        "请处理",
    ),
    ("请处理\n\n---- Replied Message ----\n| From | kf |\n", "请处理"),
    ("请处理\n---原始邮件---\n发件人: a\n", "请处理"),
    (
        '请处理\n\n-----邮件原件-----\n发件人:"客服" <a@b>\n发送时间:2026-03-05 10:11:12 (星期四)\n收件人: z\n主题: x\n',
        "请处理",
    ),
    ('请处理\n\n-----原始邮件-----\n发件人:"客服" <a@b>\n', "请处理"),
    ("請處理\n\n寄件者: 客服 <kf@x.tw>\n寄件日期: 2026年3月5日 上午 10:11\n收件者: 張偉\n主旨: 投訴\n\n您好", "請處理"),
    (
        '请处理\n\n------------------ Original ------------------\nFrom:  "kf"<kf@x.cn>;\nDate:  Thu, Mar 5, 2026 10:11 AM\nTo:  "z"<z@qq.com>;\nSubject:  x\n',
        "请处理",
    ),
    ("请处理\n\n-------- 原始邮件 --------\n发件人：kf\n", "请处理"),
    ("请处理\n\n----邮件原文----\n发件人：kf\n收件人：z\n", "请处理"),
    ("请处理\n\n发自我的小米手机\n在 客服 <kf@x.cn>，2026年3月5日 上午10:11写道：\n\n您好", "请处理"),
    ("我在上次来信中写道：你们应当赔偿。\n请答复", "我在上次来信中写道：你们应当赔偿。\n请答复"),
    ("客服3月5日回信写道：\n“已经处理”，但并没有。", "客服3月5日回信写道：\n“已经处理”，但并没有。"),
    ("收件人: 李四\n寄件人: 张三\n单号: 123\n包裹破损", "收件人: 李四\n寄件人: 张三\n单号: 123\n包裹破损"),
    (
        "寄件人：张三\n收件人：李四\n日期：2026-03-01\n单号：123\n包裹破损，要求赔偿",
        "寄件人：张三\n收件人：李四\n日期：2026-03-01\n单号：123\n包裹破损，要求赔偿",
    ),
    ("> 您好，已受理\n谢谢，但是没有人联系我\n> 请耐心等待\n等了三周了", "谢谢，但是没有人联系我\n等了三周了"),
    (
        "---------- Forwarded message ---------\n发件人: 客服 <a@b>\nDate: 2026\nSubject: x\nTo: y\n\n您好",
        "---------- Forwarded message ---------\n发件人: 客服 <a@b>\nDate: 2026\nSubject: x\nTo: y\n\n您好",
    ),
    (
        "请看下面\n\n---------- 转发的邮件 ----------\n发件人: 客服 <a@b>\n日期: 2026\n主题: x\n收件人: y\n\n您好",
        "请看下面\n\n---------- 转发的邮件 ----------\n发件人: 客服 <a@b>\n日期: 2026\n主题: x\n收件人: y\n\n您好",
    ),
    (
        "请处理\n\n获取 Outlook for iOS\n________________________________\n发件人: 客服 <kf@x.cn>\n发送时间: Thursday, March 5, 2026\n收件人: z\n主题: x",
        "请处理",
    ),
    ("请处理\n--\n张伟\n13800000000", "请处理"),
    ("请处理\n\n\n\n\n\n\n\n发自我的 iPhone", "请处理"),
    (
        "Thanks, still broken.\n\nOn Thu, Mar 5, 2026 at 10:11 AM Desk <d@x.org>\nwrote:\n\n> hello",
        "Thanks, still broken.",
    ),
    (
        "Thanks.\n\nFrom: Desk <d@x.org>\nSent: Thursday, March 5, 2026 10:11 AM\nTo: Jo\nSubject: Re: x\n\nhello",
        "Thanks.",
    ),
    ("来自广州的客户张伟投诉", "来自广州的客户张伟投诉"),
    (
        "\n\n---- 回复的原邮件 ----\n| 发件人 | 客服 |\n| 日期 | 2026年03月05日 |\n您好",
        "---- 回复的原邮件 ----\n| 发件人 | 客服 |\n| 日期 | 2026年03月05日 |\n您好",
    ),
    (
        '谢谢\n\n\n\n\n&nbsp;\n\n\n\n\n------------------&nbsp;Original&nbsp;------------------\nFrom: &nbsp;"a"',
        "谢谢\n\n\n\n\n&nbsp;",
    ),
    ("已收到回复\n客服中心于2026年3月5日 周四10:11写道：\n您好", "已收到回复"),
    (
        "请问进展\n\n\n发件人：“客服”<kf@x.cn>\n时间：2026年3月5日 10:11\n主题：投诉\n收件人：“张伟”<z@feishu.cn>\n您好",
        "请问进展",
    ),
    (
        "请处理。\n\n| |\n张伟\n|\n|\nz@163.com\n|\n在2026年03月05日 10:11，客服<kf@x.cn> 写道：\n您好",
        "请处理。\n\n| |\n张伟\n|\n|\nz@163.com\n|",
    ),
]


@pytest.mark.parametrize(("text", "new"), MESSAGES)
def test_history_and_signatures_are_cut(text: str, new: str) -> None:
    assert cut_history(text) == new


def test_words_below_and_between_quotes_are_kept() -> None:
    text = "On Mon, 2 Mar 2026, Desk <d@x.example> wrote:\n> Did it arrive?\nNo.\n> Shall we refund?\nYes, please."

    assert cut_history(text) == "No.\nYes, please."


def test_a_forwarded_history_is_what_the_sender_wants_to_say() -> None:
    text = "发件人: 李四 <l@x.example>\n发送时间: 2026年3月5日\n收件人: z\n主题: x\n\n包裹丢失"

    assert cut_history(text, forwarded=True) == text


def test_where_nothing_new_is_said_nothing_is_hidden() -> None:
    assert cut_history("> 只有引用") == "> 只有引用"


def test_endless_lines_are_passed_over() -> None:
    text = "-" * 200_000 + "\n" + "On " * 100_000

    assert cut_history(text) == text.strip()
