/// The page as one document, so that a browser asks once: its markup, with the style and the scripts that stand beside it.
enum PageDocument {
    /// In this order: one uses what stands in those before.
    private static let scripts = [
        PackageResources.tools_js, PackageResources.words_js, PackageResources.api_js, PackageResources.picture_js,
        PackageResources.charts_js, PackageResources.status_js, PackageResources.models_js, PackageResources.cycles_js,
        PackageResources.spool_js, PackageResources.correct_js, PackageResources.start_js,
    ]

    private static let whole = text(PackageResources.page_html)
        .replacing("{{style}}", with: text(PackageResources.page_css))
        .replacing("{{script}}", with: "\"use strict\";\n\n" + scripts.map(text).joined(separator: "\n"))

    /// - Parameter nonce: what the browser is told that the page's own style and script have.
    static func html(nonce: String) -> String { whole.replacing("{{nonce}}", with: nonce) }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
