"""How mail programs mark what was said before, as data: attribution lines, separators, header blocks, signatures."""

# ruff: noqa: E501 - one line a family of programs reads better than broken strings

import re

WROTE = r"(?:写道|寫道|wrote|writes|schrieb|a écrit|escribió|escribió|ha scritto|schreef|skrev|написал(?:\(а\)|а)?|pisze|napisał(?:\(a\))?|書きました|escreveu|kirjoitti|yazdı)"
ATTRIBUTION = re.compile(
    rf"(?:.*\s|.*[\d>）)，,\"”])?{WROTE}(?:\s+\S{{0,60}})?\s*[:：]\s*$|^(?:Am|Den|Op)\s.*{WROTE}.*[:：]\s*$", re.I
)
# any language: a date, a time and an address in brackets before a colon
DATED_AUTHOR = re.compile(
    r"(?=.*\d{1,2}[:.h]\d{2})(?=.*(?:\b(?:19|20)\d\d\b|\d{1,2}[./-]\d{1,2}))(?=.*[<＜(]\s*(?:mailto:)?[^<>\s]+@[^<>\s]+\s*[>＞)]).{10,380}[:：]$"
)
DATE = re.compile(r"\d{1,4}\s*[-/.年]\s*\d{1,2}|\d{1,2}\s*月|\d{1,2}:\d{2}|\b(?:19|20)\d\d\b|@")
SEPARATOR = re.compile(
    r"[-_=*—–\s]{2,}\s*(?:原始(?:邮件|郵件|信件|讯息|訊息)|原(?:邮件|郵件)|邮件原[文件]|回复的(?:原)?邮件|原文|Original(?:\s+(?:Message|message|Mail|E-?mail|Appointment))?|"
    r"On\s[^\n]{5,200}\swrote|Replied Message|Reply message|Ursprüngliche Nachricht|Message d'origine|Mensaje original|Messaggio originale|Oprindelig meddelelse|"
    r"Original-Nachricht|Oorspronkelijk bericht|Исходное сообщение|元のメッセージ|Ursprungligt meddelande)\s*[-_=*—–\s]{2,}.*$",
    re.I,
)
FORWARD = re.compile(
    r"[-_=*—–\s]*(?:Begin forwarded message|Forwarded message|Forwarded by .*|转发的?(?:邮件|信息)|轉寄的?郵件|转发邮件信息|開始轉寄郵件|开始转发的邮件)\s*[:：]?[-_=*—–\s]*$",
    re.I,
)
FROM = re.compile(
    r"[|*\s]*(?:发件人|發件人|寄件者|寄件人|发信人|From|Von|De|Da|Van|Från|Fra|От|差出人)\s*[|*]*\s*[:：|]\s*[*|]?",
    re.I,
)
FIELDS = re.compile(
    r"[|*\s]*(?:发送时间|发件时间|發送時間|发送日期|时间|日期|寄件日期|收件人|收件者|抄送|副本|主\s*题|主\s*旨|主題|"
    r"Sent|Date|To|Cc|Subject|Reply-To|Gesendet|Datum|An|Betreff|Envoyé|À|Objet|Enviado|Fecha|Para|Asunto|Inviato|Data|A|Oggetto|Verzonden|Aan|Onderwerp|"
    r"Skickat|Till|Ämne|Sendt|Til|Emne|Дата|Кому|Тема|送信日時|宛先|件名)\s*[|*]*\s*[:：|]",
    re.I,
)
DEVICE = re.compile(
    r"(?:(?:发自|發自|发送自|寄自|来自|從我的|从我的|傳送自)\s*(?:我的|我的\s*)?.{0,20}(?:iPhone|iPad|手机|手機|手持设备|邮箱|郵箱|邮件|客户端|华为|小米|荣耀|OPPO|vivo|三星|设备|Mac|Outlook|Android|安卓|微信|企业微信|大师|Foxmail).{0,20}"
    r"|Sent (?:from|via|with|by) (?:my |the )?(?:[\w./ ®™'-]{1,60})"
    r"|Get Outlook for .{2,30}|(?:获取|下载)\s*(?:适用于\s*)?.{0,20}Outlook.{0,30}|从\s*(?:Windows\s*版)?\s*邮件发送"
    r"|Envoyé (?:de|depuis) (?:mon|ma) .{2,40}|Von meinem .{2,40} gesendet|Gesendet von .{2,40}|Enviado desde (?:mi|el) .{2,40}|Inviato da .{2,40}|Verzonden (?:vanaf|met) .{2,40}"
    r"|(?:iPhone|Android|スマートフォン)から送信)[.。]?$",
    re.I,
)
QUOTED = re.compile(r"\s{0,3}(?:[>＞]|&gt;)")
RULE = re.compile(r"\s*[-_=*—–]{5,}\s*$")
START = re.compile(
    r"(?:On|At|Le|El|Il|Am|Den|Op|Em|Dnia|W dniu|在|于|於|Pada|Vào|\d{1,4}[-/.年])|.{0,80}[<＜(]\S+@", re.I
)
