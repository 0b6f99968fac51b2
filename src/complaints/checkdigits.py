"""Check digits of the numbers that people quote: identity cards, bank cards, vehicles. Pure.

Each function judges the check digit alone; that the number has the right shape is the caller's to see.
"""


def identity_card_checks(number: str) -> bool:
    """GB 11643: whether the eighteenth character fits the seventeen digits before it."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], weights, strict=True))
    return "10X98765432"[total % 11] == number[17].upper()


def luhn_checks(number: str) -> bool:
    """ISO/IEC 7812: whether the last digit of a card number fits."""
    digits = [int(digit) for digit in reversed(number)]
    return sum(digits[::2] + [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]) % 10 == 0


def vin_checks(number: str) -> bool:
    """ISO 3779 as GB 16735 uses it: whether the ninth character of a vehicle number fits the others."""
    values = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ0123456789", map(int, "123456781234579234567890123456789"), strict=True))
    weights = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
    vin = number.upper()
    if len(vin) != 17 or any(character not in values for character in vin):
        return False
    total = sum(values[character] * weight for character, weight in zip(vin, weights, strict=True))
    return "0123456789X"[total % 11] == vin[8]
