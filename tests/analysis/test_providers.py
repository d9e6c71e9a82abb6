import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmtatop.analysis.providers import isp_of


@pytest.mark.parametrize(
    ("domain", "mx", "isp"),
    [
        ("gmail.com", "", "Gmail"),
        ("Yahoo.CO.UK", "", "Yahoo"),
        ("yahoo.rollup", "", "Yahoo"),
        ("hotmail.fr", "", "Microsoft"),
        ("web.de", "", "GMX"),
        ("comcast.net", "mx-aol.mail.gm0.yahoodns.net", "Comcast"),
        ("shop.example", "aspmx.l.google.com", "Gmail"),
        ("shop.example", "shop-example.mail.protection.outlook.com.", "Microsoft"),
        ("shop.example", "mx1.shop.example", "shop.example"),
        ("notgmail.com", "", "notgmail.com"),
        ("shop.example", "mx.evilgoogle.com", "shop.example"),
        ("unheard.rollup", "", "unheard.rollup"),
    ],
)
def test_domain_first_then_mx_then_the_domain_itself(domain: str, mx: str, isp: str) -> None:
    assert isp_of(domain, mx) == isp


def test_the_settings_table_comes_before_ours() -> None:
    extra = {"House": ["gmail.com", "*.mx.house.example"]}
    assert isp_of("gmail.com", "", extra) == "House"
    assert isp_of("a.example", "in1.mx.house.example", extra) == "House"
    assert isp_of("yahoo.com", "", extra) == "Yahoo"


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_name_breaks_it(domain: str, mx: str) -> None:
    assert isinstance(isp_of(domain, mx), str)
