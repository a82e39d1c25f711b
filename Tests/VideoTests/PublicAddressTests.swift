import Testing
import Video

/// Every secret in these addresses has 'Zq9' in it.
struct PublicAddressTests {
    private static let reserved = [
        "/", "#", "?", "@", ":", "%", "&", "=", ";", " ", "_", "\\", "'", "[", "]", "%2F", "%40", "//", "://",
    ]

    @Test(arguments: reserved)
    func passwordsWithAnyCharacterAreHidden(character: String) {
        for password in [
            "Zq9\(character)", "\(character)Zq9", "1\(character)Zq9", "Zq9\(character)Zq9", "a\(character)Zq9\(character)b",
        ] {
            for address in [
                "rtsp://cam:\(password)@10.0.0.5:554/x", "http://\(password)@10.0.0.5/x?channel=1",
                "RTSP://cam:\(password)@cam.local",
                "rtsp:/cam:\(password)@10.0.0.5/x", "rtsp:cam:\(password)@10.0.0.5/x", "cam:\(password)@rtsp://10.0.0.5/x",
            ] {
                let shown = PublicAddress.text(address)
                #expect(!shown.contains("Zq9"), "\(address) is shown as \(shown)")
                #expect(PublicAddress.text(shown) == shown)
            }
        }
    }

    @Test(arguments: [
        "http://10.0.0.5/video.cgi?user=cam&pwd=Zq9", "http://10.0.0.5/video.cgi?token=Zq9#Zq9", "http://10.0.0.5/v?Zq9",
        "http://10.0.0.5/v?channel=Zq9", "http://10.0.0.5/v?PassWord=Zq9&x=Zq9;y=Zq9", "http://10.0.0.5/v?pwd=a&Zq9&channel=1",
        "http://10.0.0.5/v?pwd=a/Zq9", "http://10.0.0.5/v?pwd=a?Zq9", "http://10.0.0.5/v?mail=a@b.c&pwd=Zq9",
        "rtsp://10.0.0.5:554/user=admin_password=Zq9_channel=1_stream=0.sdp?real_stream",
        "rtsp://10.0.0.5:554/user=admin_password=a_Zq9_channel=1_stream=0.sdp",
        "rtsp://10.0.0.5:554/user=admin_password=a/Zq9_channel=1", "rtsp://10.0.0.5/user=Zq9&password=Zq9&channel=1&stream=0.sdp",
        "rtsp://10.0.0.5/admin:Zq9/ch1", "rtsp://10.0.0.5/x/token/Zq9/1", "rtsp://10.0.0.5/x%3DZq9", "rtsp://10.0.0.5/x;pwd=Zq9",
        "rtsps://10.0.0.5:7441/aaZq9bbccddeeff11?enableSrtp", "rtsp://cam:Zq9", "http://cam:1/Zq9@10.0.0.5/x",
        "https://10.0.0.5/6f1aZq90-97aa-4c2e-9d6b-1f0e5b0a7c11/live", "http://10.0.0.5&pwd=Zq9", "http://10.0.0.5=Zq9/x",
    ])
    func parametersAreHidden(address: String) {
        let shown = PublicAddress.text(address)
        #expect(!shown.contains("Zq9"), "shown as \(shown)")
        #expect(shown.hasPrefix(String(address.prefix { $0 != "/" }) + "//"))
        #expect(PublicAddress.text(shown) == shown)
    }

    @Test(arguments: [
        ("rtsp://cam:Zq9@10.0.0.5:554/Streaming/Channels/101", "rtsp://***@10.0.0.5:554/Streaming/Channels/101"),
        ("rtsp://10.0.0.5/cam/realmonitor?channel=1&subtype=0", "rtsp://10.0.0.5/cam/realmonitor?channel=1&subtype=0"),
        (
            "rtsp://10.0.0.5/user=admin_password=Zq9_channel=1_stream=0.sdp",
            "rtsp://10.0.0.5/user=***_password=***_channel=1_stream=0.sdp"
        ),
        ("http://10.0.0.5/video.cgi?user=cam&pwd=Zq9&channel=2", "http://10.0.0.5/video.cgi?user=***&pwd=***&channel=2"),
        ("http://10.0.0.5/v?access_token=Zq9", "http://10.0.0.5/v?access_token=***"),
        ("rtsp://[fe80::1]:554/h264Preview_01_main", "rtsp://[fe80::1]:554/h264Preview_01_main"),
        (
            "http://cam.local:8080/axis-cgi/mjpg/video.cgi?resolution=640x480",
            "http://cam.local:8080/axis-cgi/mjpg/video.cgi?resolution=640x480"
        ),
        ("udp://239.0.0.1:1234", "udp://239.0.0.1:1234"), ("/dev/video0", "/dev/video0"),
        ("drives/a:b@c?d=e.mp4", "drives/a:b@c?d=e.mp4"),
        ("file:///drives/a@b.mp4", "file:///drives/a@b.mp4"), ("-", "-"),
    ])
    func whatIsHarmlessIsShown(address: String, shown: String) {
        #expect(PublicAddress.text(address) == shown)
    }

    @Test func anAddressWithoutItsSchemeIsNoSecretEither() {
        let error = #expect(throws: VideoError.self) { try VideoSource("cam:Zq9@10.0.0.5/stream") }
        #expect(error?.description.contains("Zq9") == false && error?.problem.contains("10.0.0.5/stream") == true)
        let scheme = #expect(throws: VideoError.self) { try VideoSource("cam:Zq9@rtsp://10.0.0.5/stream") }
        #expect(scheme?.description.contains("Zq9") == false)
    }

    @Test(arguments: [
        (
            "There is no command 'camber rtsp://cam:Zq9@10.0.0.1:554/x'.",
            "There is no command 'camber rtsp://***@10.0.0.1:554/x'."
        ),
        ("Cannot open http://h/a?pwd=Zq9: No such file.", "Cannot open http://h/a?pwd=***: No such file."),
        ("(see RTSP://u:p/q#?@h/s, twice rtsp://u:p@h/s)", "(see RTSP://***@h/s, twice rtsp://***@h/s)"),
        ("at docs/store.md: nothing", "at docs/store.md: nothing"), ("https://example.org/path.", "https://example.org/path."),
    ])
    func addressesInMessagesAreMasked(_ message: String, _ shown: String) {
        #expect(PublicAddress.masked(message) == shown)
        #expect(PublicAddress.masked(shown) == shown)
    }

    /// FFmpeg says of such an address only that what came is no video.
    @Test func aPasswordThatCutsAnAddressIsTheReason() {
        let error = #expect(throws: VideoError.self) { try VideoSource("rtsp://cam:p@ss:w/rd@127.0.0.1:8554/x") }
        let text = error?.description ?? ""
        #expect(text.contains("is ambiguous") && text.contains("%2F") && !text.contains("p@ss"), "\(text)")
    }
}
