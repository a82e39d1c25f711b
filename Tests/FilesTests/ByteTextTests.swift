import Files
import Testing

@Suite struct ByteTextTests {
    @Test(arguments: [
        ("2GB", 2_000_000_000), ("1.5GB", 1_500_000_000), ("500MB", 500_000_000), ("0KB", 0), ("1TB", 1_000_000_000_000),
        ("2GiB", 2 << 30), ("512MiB", 512 << 20),
    ])
    func amountsAreRead(text: String, bytes: Int) {
        #expect(ByteText.bytes(text) == bytes)
    }

    @Test(arguments: ["", "2", "GB", "2 GB", "-1GB", "1e3MB", "2gb", "1.2.3GB", "99999999TB", "nanGB"])
    func otherTextsAreNone(text: String) {
        #expect(ByteText.bytes(text) == nil)
    }

    @Test func whatIsWrittenIsShort() {
        #expect(ByteText.text(2_000_000_000) == "2GB" && ByteText.text(1_540_000_000) == "1.5GB")
        #expect(ByteText.text(0) == "0KB" && ByteText.text(512_000_000) == "512MB")
    }
}
