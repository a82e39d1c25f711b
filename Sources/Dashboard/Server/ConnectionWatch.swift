import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Keeps a connection in the table, and closes it where no request comes in time.
///
/// Threading: the connection's event loop.
final class ConnectionWatch: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// For the whole head of the first request, however slowly it comes.
    static let firstHead = TimeAmount.seconds(5)
    /// From an answer to the whole head of the next request.
    static let nextHead = TimeAmount.seconds(15)

    private let table: ConnectionTable
    private var deadline: Scheduled<Void>?
    /// Requests that have come and are not answered to their end.
    private var open = 0

    init(_ table: ConnectionTable) {
        self.table = table
    }

    func channelActive(context: ChannelHandlerContext) {
        table.add(context.channel)
        expectHead(context, within: Self.firstHead)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        table.remove(context.channel)
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head = unwrapInboundIn(data) {
            deadline?.cancel()
            open += 1
            table.setBusy(context.channel, true)
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) {
            open -= 1
            table.setBusy(context.channel, open > 0)
            if open <= 0 { expectHead(context, within: Self.nextHead) }
        }
        context.write(data, promise: promise)
    }

    private func expectHead(_ context: ChannelHandlerContext, within time: TimeAmount) {
        deadline?.cancel()
        let channel = context.channel
        deadline = context.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
    }
}
