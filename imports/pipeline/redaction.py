"""Takes secrets and contact data out of a text before a model, an embedder or a log sees it.

Each kind has a cheap sign without which its expression is not tried. Order matters: keys that
are known by their shape come before the generic "password: ..." rule. Every expression has bounds
on what it repeats, so no text takes long.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

Judge = Callable[[str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A kind of secret: its expression, and signs of which one must be in the lowered text.

    A group named ``keep`` stays readable. ``judge`` looks at what was matched and may let it be.
    """

    kind: str
    signs: tuple[str, ...]
    expression: re.Pattern[str]
    judge: Judge | None = None


def redact(text: str) -> str:
    """Replace secrets, card and account numbers, addresses and phone numbers by their kind."""
    lowered = text.lower()
    for number in dict.fromkeys([n for sign, n in _SIGNS if sign in lowered]):
        text = _apply(_RULES[number], text)
    if _NUMBERS.search(text):
        for rule in _NUMBER_RULES:
            text = _apply(rule, text)
    return text


def _apply(rule: Rule, text: str) -> str:
    def replacement(match: re.Match[str]) -> str:
        if rule.judge and not rule.judge(match[0]):
            return match[0]
        kept = match.groupdict().get("keep") or ""
        return f"{kept}[REDACTED:{rule.kind}]"

    return rule.expression.sub(replacement, text)


def _digits(text: str) -> list[int]:
    return [int(character) for character in text if "0" <= character <= "9"]


def _is_card(text: str) -> bool:
    digits = _digits(text)
    doubled = [d * 2 - 9 * (d > 4) for d in digits[-2::-2]]
    return 13 <= len(digits) <= 19 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _is_iban(text: str) -> bool:
    compact = re.sub(r"[ -]", "", text).upper()
    if not 15 <= len(compact) <= 34:
        return False
    return int("".join(str(int(c, 36)) for c in compact[4:] + compact[:4])) % 97 == 1


def _is_phone(text: str) -> bool:
    return 9 <= len(_digits(text)) <= 15


def _looks_random(text: str) -> bool:
    # Words, paths and hexadecimal digests are long as well, but not of all three sorts mixed.
    if "/" in text and len(text) != 40:
        return False
    digits = sum(c.isdigit() for c in text)
    upper = sum(c.isupper() for c in text)
    lower = sum(c.islower() for c in text)
    return min(digits, upper, lower) >= 3


def _is_secret_value(text: str) -> bool:
    value = _VALUE.search(text)
    return value is not None and bool(re.search(r"[\d!#$%^&*@+~?]|\w[-_.]\w", value[0]))


_VALUE = re.compile(r"\S+\Z")
_NAMES_OF_SECRETS = (
    r"passwords?|passwd|passphrase|passcode|pwd|secret|token(?!s|i[zs])|credentials?"
    r"|(?:api|access|private|account|auth|encryption|license)[ _-]?key|apikey"
    r"|passwort|kennwort|contrase\u00f1a|mot de passe|senha|wachtwoord|\u5bc6\u7801"
)
_RULES = (
    Rule(
        kind="private_key",
        signs=("private key",),
        expression=re.compile(
            r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
            r"(?:(?!-----END).)*(?:-----END [A-Z ]{0,60}-----)?",
            re.DOTALL,
        ),
    ),
    Rule(
        kind="aws_key",
        signs=("akia", "asia", "abia", "acca"),
        expression=re.compile(r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b"),
    ),
    Rule(
        kind="anthropic",
        signs=("sk-ant-",),
        expression=re.compile(r"\bsk-ant-[A-Za-z0-9_-]{20,}"),
    ),
    Rule(
        kind="openai",
        signs=("sk-", "sess-"),
        expression=re.compile(r"\b(?:sk|sess)-[A-Za-z0-9_-]{20,}"),
    ),
    Rule(
        kind="github",
        signs=("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
        expression=re.compile(
            r"\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{22,})"
        ),
    ),
    Rule(
        kind="gitlab",
        signs=("glpat-",),
        expression=re.compile(r"\bglpat-[A-Za-z0-9_-]{16,}"),
    ),
    Rule(
        kind="slack",
        signs=("xox", "hooks.slack.com"),
        expression=re.compile(
            r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}|hooks\.slack\.com/services/[\w/]{20,}"
        ),
    ),
    Rule(
        kind="google",
        signs=("aiza", "ya29.", "gocspx-"),
        expression=re.compile(
            r"\bAIza[A-Za-z0-9_-]{30,}|\bya29\.[A-Za-z0-9_-]{20,}|\bGOCSPX-[A-Za-z0-9_-]{20,}"
        ),
    ),
    Rule(
        kind="stripe",
        signs=("_live_", "_test_", "whsec_"),
        expression=re.compile(
            r"\b(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,}|\bwhsec_[A-Za-z0-9]{16,}"
        ),
    ),
    Rule(kind="npm", signs=("npm_",), expression=re.compile(r"\bnpm_[A-Za-z0-9]{30,}")),
    Rule(
        kind="pypi", signs=("pypi-",), expression=re.compile(r"\bpypi-[A-Za-z0-9_-]{40,}")
    ),
    Rule(kind="hf", signs=("hf_",), expression=re.compile(r"\bhf_[A-Za-z0-9]{25,}")),
    Rule(
        kind="supabase",
        signs=("sbp_", "sb_secret_", "sb_publishable_"),
        expression=re.compile(r"\b(?:sbp|sb_secret|sb_publishable)_[A-Za-z0-9_-]{20,}"),
    ),
    Rule(
        kind="sendgrid",
        signs=("sg.",),
        expression=re.compile(r"\bSG\.[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,}"),
    ),
    Rule(
        kind="jwt",
        signs=("eyj",),
        expression=re.compile(
            r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}(?:\.[\w-]{8,})?"
        ),
    ),
    Rule(
        kind="url_cred",
        signs=("://",),
        expression=re.compile(
            r"(?P<keep>\b[a-z][a-z0-9+.-]{1,20}://)[^\s/:@]{0,100}:[^\s/@]{1,200}(?=@)",
            re.IGNORECASE,
        ),
    ),
    Rule(
        kind="bearer",
        signs=("bearer ", "basic "),
        expression=re.compile(
            r"(?P<keep>\b(?:bearer|basic) {1,3})(?=[\w.~+/=-]{0,40}\d)[\w.~+/=-]{16,}",
            re.IGNORECASE,
        ),
    ),
    Rule(
        kind="kv_secret",
        signs=(
            "passw",
            "passphrase",
            "passcode",
            "pwd",
            "secret",
            "token",
            "credential",
            "key",
            "kennwort",
            "contrase\u00f1a",
            "mot de passe",
            "senha",
            "wachtwoord",
            "\u5bc6\u7801",
        ),
        expression=re.compile(
            rf"(?P<keep>(?:{_NAMES_OF_SECRETS})[\w-]{{0,24}}"
            r"(?: (?:for|to|of|on|at|f\u00fcr|de|del)(?: [\w'.-]{1,24}){1,4}?)?"
            r"[\"'`*]{0,3}\s{0,3}(?:=>|:=|[:=\uff1a]|\bis\b:?|\bist\b|\bes\b|\best\b)"
            r"[\s\"'`*]{0,6})(?!\[REDACTED)[^\s\"'`,;<>]{6,200}",
            re.IGNORECASE,
        ),
        judge=_is_secret_value,
    ),
    Rule(
        kind="pin",
        signs=("pin",),
        expression=re.compile(
            r"(?P<keep>\bpin(?: code| number)?(?: (?:is|:|=)|[:=]) ?)\d{4,8}\b",
            re.IGNORECASE,
        ),
    ),
    Rule(
        kind="email",
        signs=("@",),
        expression=re.compile(
            r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}"
        ),
    ),
)

# In the order of the rules. A rule has several, most texts have none.
_SIGNS = [(sign, number) for number, rule in enumerate(_RULES) for sign in rule.signs]
_NUMBERS = re.compile(r"\d[\d ()./-]{6}|[A-Za-z0-9+/_=-]{32}")
_NUMBER_RULES = (
    Rule(
        kind="iban",
        signs=(),
        expression=re.compile(
            r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?\b"
        ),
        judge=_is_iban,
    ),
    Rule(
        kind="card",
        signs=(),
        expression=re.compile(r"(?<![\w.])\d(?:[ -]?\d){12,18}(?!\w)"),
        judge=_is_card,
    ),
    Rule(
        kind="ssn",
        signs=(),
        expression=re.compile(r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])"),
    ),
    Rule(
        kind="phone",
        signs=(),
        expression=re.compile(
            r"(?<![\w+])\+\d{1,3}(?:[ .()/-]{0,2}\d{1,5}){2,6}(?!\w)"
            r"|(?<![\w.+-])(?:1[ .-])?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\w-])"
            r"|(?<![\w.+-])\(?0\d{1,5}\)?[ /-]\d{3,9}(?:[ -]\d{2,5}){0,3}(?![\w-])"
        ),
        judge=_is_phone,
    ),
    Rule(
        kind="random",
        signs=(),
        expression=re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{32,}={0,2}"),
        judge=_looks_random,
    ),
)
