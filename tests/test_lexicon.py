"""How things are said: a table, the whole seed script, and what an owner may add."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradreel.errors import ConfigError
from gradreel.model import Prose, Span
from gradreel.script import parse
from gradreel.voice import spoken
from gradreel.voice.lexicon import Lexicon, Unit
from gradreel.voice.spell import integer, number

SCRIPT = Path(__file__).parent.parent / "assets" / "day03.md"
HOUSE = Lexicon.load()

CODE = [
    ("requires_grad=True", "requires grad equals true"),
    (".backward()", "dot backward"),
    (".grad", "dot grad"),
    ("x.grad", "x dot grad"),
    ("loss.backward()", "loss dot backward"),
    ("nn.Module", "n n dot module"),
    ("nn.CrossEntropyLoss", "n n dot cross entropy loss"),
    ("nn.Linear(3, 2)", "n n dot linear, three, two"),
    ("max(0, x)", "max of zero and x"),
    ("max(alpha*x, x)", "max of alpha times x and x"),
    ("torch.softmax(z, dim=1)", "torch dot soft max of z, dim equals one"),
    ("y.backward(retain_graph=True)", "y dot backward with retain graph equals true"),
    ("dim=1", "dim equals one"),
    ("x**2", "x squared"),
    ("x ** 3", "x cubed"),
    ("x**n", "x to the power n"),
    ("x^2", "x squared"),
    ("W -= 0.1 * W.grad", "W minus equals zero point one times W dot grad"),
    ("W @ x + b", "W at x plus b"),
    ("X @ W1", "X at W one"),
    ("x[:, None]", "x, all, none"),
    ("x[0]", "x sub zero"),
    ("[1, 2, 3]", "one, two, three"),
    ("(batch, classes)", "batch, classes"),
    ("relu_()", "relloo underscore"),
    ("param.grad.zero_()", "param dot grad dot zero underscore"),
    ("torch.no_grad()", "torch dot no grad"),
    ("1e-5", "one e minus five"),
    ("lr=1e-3", "learning rate equals one e minus three"),
    ("a == b", "ay double equals b"),
    ("if x.grad is not None:", "if x dot grad is not none"),
    ("f(*args)", "f of star args"),
    ("tensor([0., 0., 1.])", "tensor of zero, zero, one"),
    ("'sum'", "sum"),
    ("__init__", "dunder init"),
    ("gradient=...", "gradient equals dot dot dot"),
    ("|x|", "absolute x"),
    ("model.eval()", "model dot ee val"),
    ("F.nll_loss", "F dot N L L loss"),
]

TEXT = [
    ("PyTorch", "pie torch"),
    ("ReLU", "relloo"),
    ("tanh", "tanch"),
    ("logits", "loh jits"),
    ("NLL", "N L L"),
    ("0.0066", "zero point zero zero six six"),
    ("-0.5", "minus zero point five"),
    ("−5", "minus five"),
    ("90%", "ninety percent"),
    ("Day 4:", "Day four,"),
    ("into (0,1).", "into zero to one."),
    ("the pair (0,1)", "the pair zero, one"),
    ("At large |x|, it", "At large absolute x, it"),
    ("derivative ~ 0", "derivative about zero"),
    ("W≈2, b≈1", "W is about two, b is about one"),
    ("y = 2x + 1", "y equals two x plus one"),
    ("h → g → f.", "h then g then f."),
    ("Forward → loss → backward", "Forward then loss then backward"),
    ("Not clearing grads → chaos", "Not clearing grads means chaos"),
    ("x^2 and x**2", "x squared and x squared"),
    ("“deep” networks", "deep networks"),
    ("gradients — it adds", "gradients, it adds"),
    ("correct… until", "correct, until"),
    ("steps (they grow).", "steps, they grow."),
    ("positive/negative", "positive or negative"),
    ("dy/dx", "d y d x"),
    ("multi-class", "multi class"),
    ("30-second", "thirty second"),
    ("-1 to 1", "minus one to one"),
    ("ON", "on"),
    ("doesn’t", "doesn't"),
    ("training vs eval.", "training versus ee val."),
    ("after 1st: 4.0", "after first, four"),
    ("α and ∇L", "alpha and the gradient of L"),
    ("1,024 numbers", "one thousand twenty four numbers"),
]

MATH = [
    (r"\frac{df}{dx}", "df/dx", "d f d x"),
    (
        r"\theta \leftarrow \theta - \alpha \nabla_\theta L",
        "θ ← θ − α∇L",
        "theta gets theta minus alpha times the gradient of L",
    ),
    (r"x^2", "x²", "x squared"),
    (r"x_1 + x_2", "x₁ + x₂", "x one plus x two"),
    (r"\frac{a}{b}", "a/b", "a over b"),
    (r"\frac{\partial L}{\partial w}", "∂L/∂w", "d L d w"),
    (r"\sigma(x) \approx 0", "σ(x) ≈ 0", "sigma x is about zero"),
    (r"\sqrt{2}", "√2", "the square root of two"),
    (r"W^T x", "Wᵀx", "W transposed x"),
]


def said(lexicon: Lexicon, prose: Prose) -> str:
    return spoken(lexicon.units(prose)[0])[0]


@pytest.mark.parametrize(("code", "expected"), CODE)
def test_code_is_said_as_a_teacher_would(code: str, expected: str) -> None:
    prose = Prose((Span("code", code),), 1)
    units, unknown = HOUSE.units(prose)
    assert said(HOUSE, prose) == expected
    assert not unknown
    assert all(unit.code for unit in units)
    assert "".join(unit.shown for unit in units).replace(" ", "") == code.replace(" ", "")


@pytest.mark.parametrize(("text", "expected"), TEXT)
def test_prose_is_said_in_plain_words(text: str, expected: str) -> None:
    prose = Prose((Span("text", text),), 1)
    assert said(HOUSE, prose) == expected
    assert not HOUSE.units(prose)[1]


@pytest.mark.parametrize(("latex", "shown", "expected"), MATH)
def test_formulas_are_shown_in_unicode(latex: str, shown: str, expected: str) -> None:
    prose = Prose((Span("math", latex),), 1)
    units, unknown = HOUSE.units(prose)
    assert " ".join(unit.shown for unit in units) == shown
    assert said(HOUSE, prose) == expected
    assert not unknown


def test_a_unit_keeps_an_identifier_and_its_punctuation_together() -> None:
    prose = Prose(
        (Span("text", "Check (in "), Span("code", "max(0, x)"), Span("text", "), or else.")), 1
    )
    assert [unit.shown for unit in HOUSE.units(prose)[0]] == [
        "Check", "(in", "max(0, x)),", "or", "else.",
    ]  # fmt: skip


def units(*spans: Span) -> list[Unit]:
    return list(HOUSE.units(Prose(spans, 1))[0])


def test_an_author_says_it_his_own_way() -> None:
    assert units(
        Span("code", "lr=0.01", said="a small learning rate"), Span("text", ", then.")
    ) == [
        Unit("lr=0.01,", "a small learning rate,", True),
        Unit("then.", "then."),
    ]
    assert units(Span("text", "eval.", said="evaluation")) == [Unit("eval.", "evaluation.")]
    assert units(Span("text", "→", said="to")) == [Unit("→", "to")]


def test_what_is_said_is_shared_out_word_by_word_where_it_can_be() -> None:
    assert units(Span("text", "ReLU six", said="relloo sicks")) == [
        Unit("ReLU", "relloo"),
        Unit("six", "sicks"),
    ]
    assert units(Span("text", "ReLU six", said="a clipped relloo")) == [
        Unit("ReLU six", "a clipped relloo")
    ]


def test_every_unit_of_a_phrase_carries_its_cue() -> None:
    assert units(
        Span("text", "So "), Span("text", "the slope", cue="tangent"), Span("text", " falls.")
    ) == [Unit("So", "So"), Unit("the", "the", cue="tangent"), Unit("slope", "slope", cue="tangent"),
          Unit("falls.", "falls.")]  # fmt: skip
    assert units(Span("code", "x", cue="x"), Span("text", " —")) == [Unit("x —", "x,", True, "x")]


def test_an_unknown_sign_is_reported_and_said_by_its_name() -> None:
    units, unknown = HOUSE.units(Prose((Span("text", "flow ∮ here"),), 1))
    assert unknown == ("∮",)
    assert units[1] == Unit("∮", "contour integral")
    assert HOUSE.units(Prose((Span("math", r"\wp + 1"),), 1))[1] == (r"\wp",)


def proses() -> list[Prose]:
    return [p for s in parse(SCRIPT).shorts for p in (s.hook, *s.talk, s.mistake) if p.spans]


@pytest.mark.parametrize("prose", proses(), ids=lambda p: f"line-{p.line}")
def test_the_seed_script_is_said_in_full(prose: Prose) -> None:
    units, unknown = HOUSE.units(prose)
    assert not unknown
    assert all(unit.spoken.strip(" ,.!?") for unit in units)
    assert all(set(unit.spoken) <= set(ALPHABET) for unit in units)
    if all(span.kind != "math" for span in prose.spans):
        assert " ".join(unit.shown for unit in units) == " ".join(prose.plain.split())


ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ ,.!?'"


@given(st.text(min_size=1, max_size=80), st.sampled_from(["text", "code", "math", "strong"]))
def test_nothing_that_an_author_types_breaks_the_lexicon(text: str, kind: str) -> None:
    units, _ = HOUSE.units(Prose((Span(kind, text),), 1))  # type: ignore[arg-type]
    if kind in ("text", "strong"):
        assert " ".join(unit.shown for unit in units).split() == text.split()
    assert all(unit.shown for unit in units)


def test_an_owner_adds_words(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('[words]\nadamw = "adam double u"\n[symbols]\n"∮" = "around"\n', "utf-8")
    mine = Lexicon.load(path)
    assert said(mine, Prose((Span("text", "AdamW ∮ ReLU"),), 1)) == "adam double u around relloo"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[word]\nx = 'y'\n", "no use for"),
        ("[words]\nx = ''\n", "must say something"),
        ("[words]\nx = 3\n", "must say something"),
        ("words = 3\n", "no use for"),
        ("[words\n", "not TOML"),
    ],
)
def test_a_wrong_lexicon_is_an_error(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError, match=message):
        Lexicon.load(path)


def test_numbers() -> None:
    assert integer(0) == "zero"
    assert integer(1_000_000) == "one million"
    assert integer(12_345) == "twelve thousand three hundred forty five"
    assert integer(10**15) == "one" + " zero" * 15
    assert number("0.2500") == "zero point two five"
    assert number("16.") == "sixteen"
    assert number("1e+06") == "one e six"
    with pytest.raises(ValueError, match="x"):
        number("x")
