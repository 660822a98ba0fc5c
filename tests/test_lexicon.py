"""How things are said: a table, the whole seed script, and what an owner may add."""

from __future__ import annotations

import shutil
import subprocess
import unicodedata
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
    ("x**n", "x to the n"),
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
    ("a == b", "eh double equals b"),
    ("if x.grad is not None:", "if x dot grad is not none"),
    ("f(*args)", "f of star args"),
    ("tensor([0., 0., 1.])", "tensor of zero, zero, one"),
    ("'sum'", "sum"),
    ("__init__", "dunder init"),
    ("gradient=...", "gradient equals dot dot dot"),
    ("|x|", "absolute x"),
    ("model.eval()", "model dot ee val"),
    ("F.nll_loss", "F dot N L L loss"),
    ("dim=-1", "dim equals minus one"),
    ("f(x) = x**2", "f of x equals x squared"),
    ("f'(x)", "f prime of x"),
    ("lr=0.01", "learning rate equals zero point zero one"),
    ("x[1:3]", "x sub one to three"),
    ("x[1:]", "x sub one on"),
    ("x[:3]", "x sub up to three"),
    ("x[:]", "x, all"),
    ("x[::2]", "x, every two"),
    ("x[:, 0]", "x, all, zero"),
    ("x[-1]", "x sub minus one"),
    ("W.T", "W dot T"),
    ("loss.item()", "loss dot item"),
    ("torch.no_grad():", "torch dot no grad"),
    ("with torch.no_grad():", "with torch dot no grad"),
    ("x.grad.zero_()", "x dot grad dot zero underscore"),
    ("optimizer.zero_grad()", "optimizer dot zero grad"),
    ("for i in range(3):", "for i in range of three"),
    ("lambda x: x**2", "lambda x, x squared"),
    ("p -= lr * p.grad", "p minus equals learning rate times p dot grad"),
    ("-2.5e-3", "minus two point five e minus three"),
    ("torch.float32", "torch dot float thirty two"),
    ("bfloat16", "b float sixteen"),
    ("(64, 3, 28, 28)", "sixty four, three, twenty eight, twenty eight"),
    ("3×4", "three by four"),
    ("dL/dw", "d L d w"),
    ("∂L/∂w", "d L d w"),
    ("d/dx", "d d x"),
    ("σ(x)", "sigma of x"),
    ("x²", "x squared"),
    ("‖x‖", "the norm of x"),
    ("a % b", "eh mod b"),
    ("~mask", "not mask"),
    ("a, b = b, a", "eh, b equals b, eh"),
    ("x.view(-1, 1)", "x dot view of minus one, one"),
    ("x ** (n + 1)", "x to the n plus one"),
    ("grad_fn=<MulBackward0>", "grad function equals mul backward zero"),
    ('f"loss {loss:.3f}"', "loss loss"),
    ("**kwargs", "star star keyword args"),
    ("nn.BCEWithLogitsLoss", "n n dot B C E with loh jits loss"),
    ("torch.randn(4, 2)", "torch dot rand n of four, two"),
    ("loss.backward(); opt.step()", "loss dot backward, opt dot step"),
    ("[]", "empty list"),
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
    ("10⁻³", "ten to the minus three"),
    ("x₁ + xᵢ", "x one plus x i"),
    ("ŷ and Δw", "y hat and delta w"),
    ("28x28 or 3×4", "twenty eight by twenty eight or three by four"),
    ("10ms", "ten milliseconds"),
    ("1/2 of it", "one half of it"),
    ("the 22nd run", "the twenty second run"),
    ("$5", "five dollars"),
    ("5–10 steps", "five to ten steps"),
    ("from 0.1 → 0.2", "from zero point one to zero point two"),
    ("L1/L2", "L one or L two"),
    ("a-b", "a minus b"),
    ("x-axis", "x axis"),
    ("GPUs, ReLU’s", "G P U's, relloos"),
    ("BatchNorm", "batch norm"),
    ("(e.g., ReLU)", "for example, relloo,"),
    ("x^T", "x transposed"),
    ("e^{-x}", "e to the minus x"),
    ("f(x) = x²", "f of x equals x squared"),
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
    (r"\frac{a}{b}", "a/b", "eh over b"),
    (r"\frac{\partial L}{\partial w}", "∂L/∂w", "d L d w"),
    (r"\sigma(x) \approx 0", "σ(x) ≈ 0", "sigma of x is about zero"),
    (r"\sqrt{2}", "√2", "the square root of two"),
    (r"W^T x", "Wᵀx", "W transposed x"),
    (r"W^\top x", "Wᵀx", "W transposed x"),
    (r"10^{-3}", "10⁻³", "ten to the minus three"),
    (r"\frac{dL}{dw}", "dL/dw", "d L d w"),
    (r"\frac{d}{dx} x^2", "d/dx x²", "d d x x squared"),
    (r"\sum_{i=1}^{n} x_i", "∑ᵢ₌₁ⁿ xᵢ", "the sum from i equals one to n of x i"),
    (r"\sum_j z_j", "∑ⱼ zⱼ", "the sum over j of z j"),
    (r"\sqrt{x^2+1}", "√(x² + 1)", "the square root of x squared plus one"),
    (r"\sqrt[3]{x}", "³√x", "the cube root of x"),
    (r"e^{-x}", "e⁻ˣ", "e to the minus x"),
    (r"\mathbb{R}^n", "ℝⁿ", "R n"),
    (r"\mathbb{R}^{3 \times 4}", "ℝ³ˣ⁴", "R three by four"),
    (r"\hat{y}", "y\u0302", "y hat"),
    (r"\| x \|_2", "‖x‖₂", "the two norm of x"),
    (r"\|x\|^2", "‖x‖²", "the norm of x squared"),
    (r"|x|", "|x|", "absolute x"),
    (r"x_{t+1}", "xₜ₊₁", "x t plus one"),
    (r"\log p", "log p", "log p"),
    (r"\max(0, x)", "max(0, x)", "max of zero and x"),
    (r"x(1-x)", "x(1 − x)", "x times one minus x"),
    (r"\sigma'(x)", "σ′(x)", "sigma prime of x"),
    (r"x \in [0, 1]", "x ∈ [0, 1]", "x in zero to one"),
    (r"\lim_{x \to 0} f", "lim x→0: f", "the limit as x goes to zero of f"),
    (r"f^{-1}", "f⁻¹", "f inverse"),
    (r"w^*", "w^*", "w star"),
    (r"n!", "n!", "n factorial"),
    (r"90\%", "90%", "ninety percent"),
    (r"\text{loss}", "loss", "loss"),
    (r"\operatorname*{argmin}_\theta L", "argmin_θ L", "arg min over theta of L"),
    (r"\int_0^1 f", "∫₀¹ f", "the integral from zero to one of f"),
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
    assert " ".join(unit.shown for unit in units).replace("\u00a0", " ") == shown
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


def test_what_the_author_says_needs_no_entry() -> None:
    assert HOUSE.units(Prose((Span("math", r"\wp", said="the function pay"),), 1))[1] == ()
    assert HOUSE.units(Prose((Span("text", "∮", said="around"),), 1))[1] == ()


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
    ) == [
        Unit("So", "So"),
        Unit("the", "the", cue="tangent"),
        Unit("slope", "slope", cue="tangent"),
        Unit("falls.", "falls."),
    ]
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


@pytest.mark.parametrize("size", ["small", "capital"])
def test_every_greek_letter_has_a_name(size: str) -> None:
    names = (
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lamda mu nu xi omicron pi rho "
        "sigma tau upsilon phi chi psi omega"
    )
    for name in names.split():
        letter = unicodedata.lookup(f"Greek {size} letter {name}")
        latex = name.replace("lamda", "lambda")
        latex = latex if size == "small" else latex.capitalize()
        for span in (Span("text", letter), Span("code", letter), Span("math", rf"\{latex}")):
            said_units, unknown = HOUSE.units(Prose((span,), 1))
            assert not unknown
            assert set(said_units[0].spoken) <= set(ALPHABET), span


def test_every_entry_is_plain_words() -> None:
    for table in (HOUSE.words, HOUSE.code, HOUSE.symbols):
        assert {key: said for key, said in table.items() if not set(said) <= set(ALPHABET)} == {}


# What espeak-ng 1.51 makes of our spellings. Kokoro and hibari agree by eye; a change of an entry
# must be listened to in both.
PHONEMES = {
    "PyTorch": "p'aI t'O@tS", "autograd": "'O:t#oU gr'ad", "backprop": "b'ak pr'0p",
    "relu": "r'Elu:", "gelu": "dZ'Elu:", "tanh": "t'aantS", "softmax": "s'O2ft m'aks",
    "logits": "l'oU dZ'Its", "argmax": "'A@g m'aks", "nll": "'En 'El 'El", "mse": "'Em 'Es 'i:",
    "sgd": "'Es dZ'i: d'i:", "gpus": "dZ'i: p'i: j'u:z", "cuda": "k'u:d@", "numpy": "n'Vm p'aI",
    "eval": "'i: v'al", "einsum": "'aIn s'Vm", "randn": "r'and 'En", "arange": "'eI r'eIndZ",
    "onnx": "'0nIks", "jupyter": "dZ'u:pIt#3", "sinh": "s'IntS", "a": "'eI", "μ": "mj'u:",
    "ξ": "z'aI", "χ": "k'aI", "θ": "T'eIt#@", "π": "p'aI", "saturates": "s'atS3 r'eIts",
}  # fmt: skip


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
def test_our_spellings_sound_right() -> None:
    said = [HOUSE.code.get(w) or HOUSE.symbols.get(w) or HOUSE.word(w) or "" for w in PHONEMES]
    run = subprocess.run(
        ["espeak-ng", "-v", "en-us", "-q", "-x", "--", "\n\n".join(f"{text}." for text in said)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    heard = [line.strip() for line in run.stdout.splitlines() if line.strip()]
    assert dict(zip(PHONEMES, heard, strict=True)) == PHONEMES


# What a unit may hold without a word of its own: its sound is in its neighbours or in a pause.
PAUSES = set(" \t\"'“”‘’«»„()[]{}.,:;!?…—–-*`_\\^|‖<>/")


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30),
       st.sampled_from(["text", "code", "strong"]))  # fmt: skip
def test_a_sign_is_said_or_reported(text: str, kind: str) -> None:
    """Voices get Latin letters and punctuation only; whatever else they get was reported."""
    said_units, unknown = HOUSE.units(Prose((Span(kind, text),), 1))  # type: ignore[arg-type]
    told = unicodedata.normalize("NFKD", "".join(unknown)).lower()
    for unit in said_units:
        for character in unit.spoken:
            latin = unicodedata.name(character, "").startswith("LATIN ") or character in ALPHABET
            assert latin or unicodedata.normalize("NFKD", character)[0] in told, (character, unit)


@given(st.characters(categories=["L", "N", "S"]), st.sampled_from(["text", "code"]))
def test_no_sign_is_dropped(sign: str, kind: str) -> None:
    said_units, unknown = HOUSE.units(Prose((Span(kind, f"so {sign} it"),), 1))  # type: ignore[arg-type]
    heard = " ".join(unit.spoken for unit in said_units)
    assert unknown or sign in PAUSES or len(heard.split()) > 2, (sign, heard)


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
