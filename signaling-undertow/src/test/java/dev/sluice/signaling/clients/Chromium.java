package dev.sluice.signaling.clients;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/**
 * A headless Chromium with a fake camera and microphone, driven by its own driver. Confined to one test.
 *
 * <p>Two run at a time at most, as two cores can: one for a test that locks "browser", what happens to media, and one for a test
 * that locks "page", what people see and click.
 */
final class Chromium implements AutoCloseable {
    private static final String HARNESS = script("harness.js");

    private final ChromeDriver driver;

    private Chromium(ChromeDriver driver) {
        this.driver = driver;
    }

    /** Starts one; without Chromium on this machine the test is skipped, or fails where real clients are demanded. */
    static Chromium start(String... moreArguments) {
        Path browser = find("chromium", "chromium-browser", "google-chrome");
        Path driver = find("chromedriver");
        if (browser == null || driver == null) {
            if (Boolean.parseBoolean(System.getenv("SLUICE_REQUIRE_CLIENTS"))) {
                fail("chromium or chromedriver is missing");
            }
            Assumptions.abort("chromium or chromedriver is missing");
        }
        ChromeOptions options = new ChromeOptions();
        options.setBinary(browser.toFile());
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--use-fake-ui-for-media-stream",
                "--use-fake-device-for-media-stream",
                "--autoplay-policy=no-user-gesture-required",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run");
        options.addArguments(moreArguments);
        if (Stream.of(moreArguments).noneMatch(argument -> argument.startsWith("--enable-features=WebRtcHide"))) {
            options.addArguments("--disable-features=WebRtcHideLocalIpsWithMdns");
        }
        options.setAcceptInsecureCerts(true);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(driver.toFile())
                .usingAnyFreePort()
                .build();
        ChromeDriver chrome = new ChromeDriver(service, options);
        chrome.manage().timeouts().scriptTimeout(Duration.ofSeconds(60));
        return new Chromium(chrome);
    }

    private static Path find(String... names) {
        for (String name : names) {
            for (String folder : System.getenv("PATH").split(":")) {
                Path candidate = Path.of(folder, name);
                if (Files.isExecutable(candidate)) {
                    return candidate;
                }
            }
        }
        return null;
    }

    /** The text of a script that lies beside the tests. */
    static String script(String name) {
        try (InputStream in = Chromium.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ChromeDriver driver() {
        return driver;
    }

    /** Opens a page of the server in this tab and puts the bare clients into it. */
    Chromium open(String url) {
        driver.get(url);
        driver.executeScript(HARNESS);
        return this;
    }

    /** Opens a page in a tab of its own; returns the tab's handle. */
    String openTab(String url) {
        driver.switchTo().newWindow(WindowType.TAB);
        open(url);
        return driver.getWindowHandle();
    }

    void switchTo(String tab) {
        driver.switchTo().window(tab);
    }

    /** Runs an expression of the bare clients, such as {@code wsPlay('p', '/s')}, and waits for its promise. */
    @SuppressWarnings("unchecked")
    Map<String, Object> run(String expression) {
        Object result = driver.executeAsyncScript("""
                const done = arguments[arguments.length - 1];
                (async () => { with (window.sluiceTest) { return await (EXPRESSION); } })()
                  .then((value) => done({ value: value === undefined ? null : value }))
                  .catch((error) => done({ error: String(error && error.message || error) }));
                """.replace("EXPRESSION", expression));
        Map<String, Object> map = (Map<String, Object>) result;
        if (map.get("error") != null) {
            throw new AssertionError(expression + ": " + map.get("error"));
        }
        return map.get("value") instanceof Map<?, ?> value ? (Map<String, Object>) value : map;
    }

    /** Console messages of level SEVERE since the start. */
    List<String> errors() {
        return driver.manage().logs().get("browser").getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= java.util.logging.Level.SEVERE.intValue())
                .map(Object::toString)
                .toList();
    }

    @Override
    public void close() {
        driver.quit();
    }
}
