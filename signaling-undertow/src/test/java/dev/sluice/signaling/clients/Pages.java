package dev.sluice.signaling.clients;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;

/** Pages of one server in windows of their own, and a person's eyes, ears and hands. Confined to one test. */
final class Pages implements AutoCloseable {
    private static final String EYES_AND_EARS = Chromium.script("pages.js");
    /** Out of com.deque.html.axe-core:selenium. */
    private static final String AXE = Chromium.script("/axe.min.js");

    private static final String RUN_AXE = """
            const done = arguments[arguments.length - 1];
            axe.run(document, { resultTypes: ['violations'], ...arguments[0] }).then((result) => done(result.violations.flatMap((problem) =>
              problem.nodes.map((node) => location.href + ' ' + problem.id + ': ' + node.target.join(' ') + ' ' + node.failureSummary))),
              (error) => done([String(error)]));
            """;

    private final Chromium chromium;
    private final ChromeDriver driver;
    private final String url;
    private final String firstWindow;

    Pages(Chromium chromium, String url) {
        this.chromium = chromium;
        this.driver = chromium.driver();
        this.url = url;
        this.firstWindow = driver.getWindowHandle();
    }

    /** Opens a page in a window of its own, so that none is throttled as hidden; returns the window's handle. */
    String open(String path) {
        return openAt(url + path);
    }

    /** {@link #open} of a page of another server. */
    String openAt(String address) {
        driver.switchTo().newWindow(WindowType.WINDOW);
        chromium.open(address);
        driver.executeScript(EYES_AND_EARS);
        return driver.getWindowHandle();
    }

    /** Another page in this window. */
    void go(String path) {
        goAt(url + path);
    }

    /** {@link #go} to a page of another server. */
    void goAt(String address) {
        chromium.open(address);
        driver.executeScript(EYES_AND_EARS);
    }

    /** Opens what a link leads to, in a window of its own; waits for the link. */
    String follow(String id) {
        run("waitFor('" + id + "', () => document.getElementById('" + id + "').checkVisibility())");
        return openAt(driver.findElement(By.id(id)).getDomProperty("href"));
    }

    /** This page anew. */
    void reload() {
        driver.navigate().refresh();
        driver.executeScript(Chromium.script("harness.js"));
        driver.executeScript(EYES_AND_EARS);
    }

    /** What this window says of itself in the requests of its pages. */
    void claim(String userAgent) {
        driver.executeCdpCommand("Network.enable", Map.of());
        driver.executeCdpCommand("Network.setUserAgentOverride", Map.of("userAgent", userAgent));
    }

    void show(String window) {
        driver.switchTo().window(window);
    }

    Map<String, Object> run(String expression) {
        return chromium.run(expression);
    }

    double number(String expression) {
        return ((Number) chromium.run(expression).get("value")).doubleValue();
    }

    void click(String id) {
        driver.findElement(By.id(id)).click();
    }

    /** Types into a field that the page is about to show, and confirms. */
    void type(String id, String text) {
        run("waitFor('" + id + "', () => document.getElementById('" + id + "'))");
        driver.findElement(By.id(id)).sendKeys(text, Keys.ENTER);
    }

    /** Puts text into a field in place of what it has. */
    void fill(String id, String text) {
        WebElement field = driver.findElement(By.id(id));
        field.clear();
        field.sendKeys(text);
    }

    /** Keys to what has the focus. */
    void press(String keys) {
        driver.switchTo().activeElement().sendKeys(keys);
    }

    /** The value of an expression. */
    String text(String expression) {
        return (String) chromium.run(expression).get("value");
    }

    /** What axe-core finds wrong with the page in light and in dark; of the two only colours differ. */
    List<String> accessibilityProblems() {
        driver.executeScript(AXE);
        List<String> problems = new ArrayList<>();
        Map<String, Object> rules =
                Map.of("dark", Map.of(), "light", Map.of("runOnly", List.of("color-contrast", "link-in-text-block")));
        rules.forEach((scheme, options) -> {
            driver.executeCdpCommand(
                    "Emulation.setEmulatedMedia",
                    Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
            ((List<?>) driver.executeAsyncScript(RUN_AXE, options))
                    .forEach(problem -> problems.add(scheme + ": " + problem));
        });
        return problems;
    }

    /** At this width: the page's address when something sticks out to the side. */
    List<String> overflowing(int width) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", false));
        double pixels = number("overflow()");
        driver.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
        return pixels <= 0
                ? List.of()
                : List.of(driver.getCurrentUrl() + " at " + width + " px sticks out by " + pixels + " px");
    }

    /** What the consoles of the pages said at level SEVERE since the last call. */
    List<String> errors() {
        List<String> errors = new ArrayList<>();
        for (String window : driver.getWindowHandles()) {
            driver.switchTo().window(window);
            errors.addAll(chromium.errors());
        }
        return errors;
    }

    /** Of the page in this window. */
    List<String> ownErrors() {
        return chromium.errors();
    }

    void closeAll() {
        errors();
        for (String window : driver.getWindowHandles()) {
            if (!window.equals(firstWindow)) {
                driver.switchTo().window(window).close();
            }
        }
        driver.switchTo().window(firstWindow);
    }

    @Override
    public void close() {
        chromium.close();
    }
}
