import com.sun.net.httpserver.HttpServer;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/** A service of the JDK alone, with the metrics by which Micrometer tells of its processors. */
class Service {
    public static void main(String[] args) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 128);
        server.setExecutor(Executors.newFixedThreadPool(4));
        long startMs = ManagementFactory.getRuntimeMXBean().getStartTime();
        server.createContext("/", exchange -> {
            boolean metrics = exchange.getRequestURI().getPath().equals("/metrics");
            String page = metrics
                ? "# TYPE system_cpu_count gauge\nsystem_cpu_count " + Runtime.getRuntime().availableProcessors()
                    + ".0\n# TYPE process_start_time_seconds gauge\nprocess_start_time_seconds " + startMs / 1000.0 + "\n"
                : "hello\n";
            byte[] body = page.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        System.out.println(server.getAddress().getPort());
        // It ends with its standard input.
        InputStream input = System.in;
        while (input.read() >= 0) { }
        System.exit(0);
    }
}
