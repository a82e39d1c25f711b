#include <microhttpd.h>

// What takes a variable number of arguments, which Swift cannot call.

/// Serves on a listening socket, which is the library's from then on, with a thread for each connection; null where that cannot be.
///
/// - self: goes to each of the four calls; `decode` gets every path and query as it came.
static inline struct MHD_Daemon *camber_http_start(int socket, unsigned int most_connections, size_t most_memory, size_t stack, void *self,
                                                   MHD_AccessHandlerCallback answer, MHD_RequestCompletedCallback ended,
                                                   MHD_NotifyConnectionCallback changed,
                                                   size_t (*decode)(void *, struct MHD_Connection *, char *)) {
    return MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL | MHD_USE_ITC, 0, 0, 0, answer, self,
                            MHD_OPTION_LISTEN_SOCKET, socket, MHD_OPTION_CONNECTION_LIMIT, most_connections, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                            most_memory, MHD_OPTION_THREAD_STACK_SIZE, stack, MHD_OPTION_NOTIFY_COMPLETED, ended, self,
                            MHD_OPTION_NOTIFY_CONNECTION, changed, self, MHD_OPTION_UNESCAPE_CALLBACK, decode, self,
                            MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
}

/// The connection's socket, open as long as the connection is.
static inline int camber_http_socket(struct MHD_Connection *connection) {
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
}

/// Who is at the other end.
static inline const struct sockaddr *camber_http_client(struct MHD_Connection *connection) {
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr;
}
