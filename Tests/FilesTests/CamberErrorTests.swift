import Errors
import Glibc
import Testing

@Suite struct CamberErrorTests {
    private struct Foreign: Error, CustomStringConvertible {
        let description = "a foreign error"
    }

    private struct Listed: ExplainedError {
        let code = ErrorCode.invalid
        let problem = "two keys are unknown."
        let remedy = "See the manual."
    }

    @Test func anErrorPassesThroughAsItIs() {
        let error = #expect(throws: CamberError.self) {
            try CamberError.wrap { throw CamberError("it failed.", remedy: "Try again.", code: .busy) }
        }
        #expect(error?.code == .busy && error?.description == "it failed. Try again.")
    }

    @Test func otherErrorsKeepWhatTheySay() {
        #expect(CamberError(Listed()).code == .invalid && CamberError(Listed()).remedy == "See the manual.")
        #expect(CamberError(Foreign()).problem == "a foreign error" && CamberError(Foreign()).cause is Foreign)
    }

    @Test(arguments: [
        (ENOSPC, ErrorCode.noSpace, false), (EROFS, .readOnly, false), (EACCES, .notPermitted, false), (ENOENT, .missing, true),
        (EWOULDBLOCK, .busy, true), (EIO, .failed, true),
    ])
    func theSystemsErrorsHaveCodesAndAdvice(number: Int32, code: ErrorCode, isPlain: Bool) {
        let error = CamberError.system("Cannot write a", number)
        #expect(error.code == code && error.remedy.isEmpty == isPlain)
        #expect(error.problem == "Cannot write a: \(String(cString: strerror(number))).")
    }

    /// Its disk is well, and dmesg says nothing.
    @Test func aServiceIsToldThatItsUnitMayHoldIt() {
        #expect(CamberError.system("Cannot write a", EROFS).remedy.contains("ReadWritePaths="))
    }
}
