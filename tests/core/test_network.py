import pytest

from sigmasight_ui.core.network import client_address, is_loopback, network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3:4:5:6", "2001:0db8:0001:0002::/64"), ("fe80::1%eth0",
        "fe80:0000:0000:0000::/64"), ("", None), (None, None), ("unknown", None), ("192.0.2.7; drop", None),
        ("::ffff:192.0.2.7", "192.0.2.7"),
    ],
)  # fmt: skip
def test_addresses_as_limits_count_them(address, network):
    assert network_of(address) == network


@pytest.mark.parametrize(
    ("forwarded", "proxies", "found"),
    [
        ("", 0, "192.0.2.1"), ("198.51.100.9", 0, "192.0.2.1"), ("198.51.100.9", 1, "198.51.100.9"),
        ("10.9.9.9, 198.51.100.9", 1, "198.51.100.9"), ("10.9.9.9, 198.51.100.9", 2, "10.9.9.9"),
        ("198.51.100.9", 2, "192.0.2.1"), ("nonsense", 1, None), (" , ,", 1, "192.0.2.1"),
    ],
)  # fmt: skip
def test_only_trusted_proxies_are_believed(forwarded, proxies, found):
    assert client_address("192.0.2.1", forwarded, proxies) == found


def test_this_machine_itself():
    for address in ("127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"):
        assert is_loopback(network_of(address))
    for address in ("192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1", ""):
        assert not is_loopback(network_of(address))
