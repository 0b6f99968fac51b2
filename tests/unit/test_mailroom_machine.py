"""Who wrote it: no machine is answered, no person is swallowed."""

import pytest
from tests.support.mails import mail

from complaints.mailroom import read_mail
from complaints.mailroom.model import Kind

# (subject, text, headers, sender): people who look like machines
PEOPLE = [
    ("自动回复没有用", "我每次给你们发邮件收到的都是自动回复，没有人处理我的问题，请安排真人联系我。", (), ""),
    ("自动回复：我的包裹", "你们的自动回复我已经收到五次了，到底什么时候能解决？", (), ""),
    ("Automatic reply again", "I get your automatic replies and nobody helps. When will you call me?", (), ""),
    (
        "Out of office? Nobody ever answers",
        "I have written four times and only get automatic answers. I want a refund.",
        (),
        "",
    ),
    (
        "Automatic reply: your service",
        "Another automatic reply. Nobody has read my letter. I demand an explanation.",
        (),
        "",
    ),
    ("Undelivered parcel", "My parcel was returned to sender although I was at home. I want a refund.", (), ""),
    ("Delivery failed", "The courier says delivery failed, but nobody ever rang. Why was my parcel returned?", (), ""),
    ("邮件投递失败", "我寄的邮件一直显示投递失败，快递员根本没有联系我，要求赔偿。单号123456。", (), ""),
    ("退信", "我寄出的挂号信被退回来了，收件人地址没有错，为什么退信？请给我一个说法。", (), ""),
    ("系统退信", "我给你们客服邮箱写信，每次都被系统退信，没有人管。我要投诉你们的客服。", (), ""),
    ("Returned mail", "You returned my mail three times. I am very unhappy with the service.", (), ""),
    ("投诉", "我要投诉，至今没有人联系我。", ("Precedence: bulk",), ""),
    ("投诉", "我要投诉，至今没有人联系我。", ("Return-Path: <>",), ""),
    ("投诉", "我要投诉，至今没有人联系我。", ("Auto-Submitted: auto-generated",), ""),
    ("投诉", "我要投诉，至今没有人联系我。", ("X-Autoreply: yes",), ""),
    (
        "网站留言",
        "姓名：李娜\n电话：略\n内容：手机屏幕破损，要求退货",
        ("Auto-Submitted: auto-generated",),
        "noreply@shop.example",
    ),
    ("投诉快递", "包裹丢失三周，请尽快处理。", ("List-Unsubscribe: <mailto:x@example.com>",), ""),
    ("投诉快递", "包裹丢失三周，请尽快处理。", ("X-Auto-Response-Suppress: All",), ""),
    ("关于出差期间车辆故障", "我出差在外，车在高速上抛锚，4S店一直没有给我答复，请尽快回复。", (), ""),
    ("休假被取消的投诉", "因为你们的航班延误，我的休假全毁了。", (), ""),
    ("Re: 自动回复: 您的来信", "谢谢，但是还没有人给我打电话。", (), ""),
    ("邮箱已满？", "客服说我的邮箱已满所以收不到账单，我的邮箱明明没有满，我要投诉。", (), ""),
    (
        "550 error",
        "When I write to your service address I get 550 5.1.1 user unknown. Nobody answers. I want to complain.",
        (),
        "",
    ),
    (
        "Fwd: Undelivered Mail Returned to Sender",
        "I tried to complain by mail and got this. Please help me.\n\n> user unknown",
        (),
        "",
    ),
    ("Failure notice of my car", "The brakes failed and your garage refused the repair.", (), ""),
    (
        "投诉",
        "邮件系统一直报错，无法投递到你们的邮箱，我只好换一个邮箱写，请尽快退款。",
        (),
        "postmaster@small-shop.example",
    ),
    (
        "System failure",
        "My car's system failure warning is still on, I have been waiting for six weeks.",
        (),
        "admin@family.example",
    ),
    ("投诉", "收到你们回信，此邮件为系统自动发送，毫无诚意。我还没收到赔偿。", (), ""),
]


@pytest.mark.parametrize(("subject", "text", "headers", "sender"), PEOPLE)
def test_a_complaint_that_looks_like_machine_mail_stays_a_complaint(
    subject: str, text: str, headers: tuple[str, ...], sender: str
) -> None:
    read = read_mail(mail(text, subject=subject, headers=headers, sender=sender or "张伟 <zhangwei@example.cn>"))

    assert read.kind in (Kind.NEW, Kind.REPLY), read.reason


MACHINES = [
    ("自动回复：投诉", "您好，您的邮件我已收到，我会尽快回复您。", (), "", Kind.AUTO_REPLY),
    (
        "自动回复: 您的投诉已受理",
        "您好！我正在休假，3月9日回来后处理您的邮件。如有急事请联系同事。",
        (),
        "",
        Kind.AUTO_REPLY,
    ),
    ("【自动回复】感谢来信", "这是一封自动回复邮件。来信已收到，谢谢！", (), "", Kind.AUTO_REPLY),
    ("自动回复", "你好，我最近出差在外，无法及时回复邮件。", (), "", Kind.AUTO_REPLY),
    ("自動回覆：您的投訴", "您好，我目前不在辦公室，將儘快回覆。", (), "", Kind.AUTO_REPLY),
    (
        "Automatic reply: Your complaint",
        "I am out of the office until Monday and will reply when I return.",
        (),
        "",
        Kind.AUTO_REPLY,
    ),
    ("Out of Office: complaint 4711", "Thank you for your message. I am on annual leave.", (), "", Kind.AUTO_REPLY),
    ("Re: 您的投诉", "我在休假。", ("Auto-Submitted: auto-replied",), "", Kind.AUTO_REPLY),
    ("Re: 您的投诉", "我要投诉。", ("Auto-Submitted: auto-replied (vacation)",), "", Kind.AUTO_REPLY),
    ("Re: 您的投诉", "已收到", ("X-Autoreply: yes",), "", Kind.AUTO_REPLY),
    ("Re: 您的投诉", "已收到", ("Precedence: auto_reply",), "", Kind.AUTO_REPLY),
    (
        "Re: 您的投诉",
        "已收到",
        ("X-Auto-Response-Suppress: OOF", "Auto-Submitted: auto-generated"),
        "",
        Kind.AUTO_REPLY,
    ),
    (
        "系统退信",
        "很抱歉，您的邮件被退回。退信原因：收件人邮箱不存在。550 5.1.1",
        (),
        "Postmaster <postmaster@163.example>",
        Kind.BOUNCE,
    ),
    (
        "来自qq.example的退信",
        "您发送的邮件无法投递到以下收件人：a@qq.example\n550 Mailbox not found",
        (),
        "PostMaster@qq.example",
        Kind.BOUNCE,
    ),
    (
        "系统退信/Systems bounce",
        "您的邮件未能送达，对方服务器返回：550 5.1.1 user unknown",
        (),
        "system@aliyun.example",
        Kind.BOUNCE,
    ),
    ("邮件投递失败", "投递到 a@b.example 失败。错误代码: 554 5.7.1 SMTP error", (), "", Kind.BOUNCE),
    (
        "Undelivered Mail Returned to Sender",
        "This is the mail system at host mx.example.",
        (),
        "MAILER-DAEMON@mx.example",
        Kind.BOUNCE,
    ),
    (
        "failure notice",
        "Hi. This is the qmail-send program at x.example.\n<a@b.example>: user unknown",
        (),
        "MAILER-DAEMON@x.example",
        Kind.BOUNCE,
    ),
    (
        "Mail delivery failed",
        "A message that you sent could not be delivered to: a@b.example",
        ("X-Failed-Recipients: a@b.example",),
        "",
        Kind.BOUNCE,
    ),
    ("您的投诉已受理", "", ("Return-Path: <>",), "Mail System <mail@b.example>", Kind.BOUNCE),
    ("已读: 您的投诉已受理", "您的邮件已于2026年3月5日被阅读。", (), "", Kind.AUTO_REPLY),
]


@pytest.mark.parametrize(("subject", "text", "headers", "sender", "kind"), MACHINES)
def test_machine_mail_is_never_answered(
    subject: str, text: str, headers: tuple[str, ...], sender: str, kind: Kind
) -> None:
    read = read_mail(mail(text, subject=subject, headers=headers, sender=sender or "张伟 <zhangwei@example.cn>"))

    assert (read.kind, read.answerable) == (kind, False), (read.reason, read.suspicion)
