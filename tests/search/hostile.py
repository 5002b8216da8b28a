"""Questions that nobody in their right mind would ask, at random and by hand."""

from random import Random

from hypothesis import strategies as st

SYNTAX = 'abéß1 -"*:()[]{}^~?\\/+&|!ORNT.,“”«»\0\n\t\u202e\u200b\ufeff'
BY_HAND = [
    *("'; DROP TABLE piece; --", "<script>alert(1)</script>", "{{ 7*7 }}", "%00%0a", "../../etc/passwd", "\0" * 50),
    *('"' * 999, "-" * 999, "*" * 999, "(" * 999 + ")" * 998, "OR " * 500, "a OR " * 300, "post:" * 300),
    *("a" * 5000, "é" * 3000, "x-" * 2000, "-x " * 900, '-"x y" ' * 400, "ver* " * 300, '"de het een van" ' * 99),
    *("na:2024-02-30", "na:99999 voor:0000", "jaar:-1", "soort:", ":verdrag", "by:*", "taal:xx", "-post:GEN", "\ud800"),
    *(
        "договор о разоружении",
        "条約 軍縮",
        "معاهدة نزع السلاح",
        "ḋ̴̢̛͕̥̪͎̀ŗ̷",
        "👩‍👩‍👧‍👦 🇳🇱",
        "\u202everdrag\u202c",
        "ＶＥＲＤＲＡＧ",
    ),
    *("verdrag " * 400, "verdrag-munitie-" * 150, '"' + "verdrag van " * 200 + '"', "^~=≡verdrag", "~beleid =who ^vmo"),
]
WORDS = ["verdrag", "de", "munitie", "veiligheidsbeleid", "the", "ambasade", "WHO", "kst-33694", "geh*", '"van de"']

questions = st.one_of(
    st.text(max_size=200),
    st.text(alphabet=SYNTAX, max_size=120),
    st.lists(st.sampled_from([*WORDS, "OR", "-", '"', "*", "na:2024", "post:"]), max_size=150).map(" ".join),
)


def at_random(random: Random) -> str:
    """A question of odd pieces, sometimes very long."""
    kind = random.randrange(4)
    if kind == 0:
        return "".join(chr(random.randrange(0xD7FF)) for _ in range(random.randrange(200)))
    if kind == 1:
        return "".join(random.choice(SYNTAX) for _ in range(random.choice((10, 80, 3000))))
    if kind == 2:
        return random.choice((" ", "", "-", " OR ", '" "')).join(random.choices(WORDS, k=random.randrange(1, 200)))
    return random.choice(BY_HAND) + random.choice(BY_HAND)
