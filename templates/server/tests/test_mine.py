"""Your tests. This file is yours: scimgen writes it once and never changes it.

The fixture `client` is an HTTP client of the running server, with a valid token:

    def test_there_are_licenses(client: httpx.Client) -> None:
        assert client.get("/Licenses").json()["totalResults"] > 0

If `store.py` has a store that you have written, test what the server needs of it:

    from .under_test import Store, StoreContract

    class TestMyStore(StoreContract):
        @pytest.fixture
        def make_store(self, tmp_path: Path) -> Callable[[], Store]:
            return lambda: MyStore(tmp_path / "data")  # called again: the same data
"""
