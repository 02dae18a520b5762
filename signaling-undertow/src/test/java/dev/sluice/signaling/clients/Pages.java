package dev.sluice.signaling.clients;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;

/** Pages of one server in windows of their own, and a person's eyes, ears and hands. Confined to one test. */
final class Pages implements AutoCloseable {
    private static final String EYES_AND_EARS = Chromium.script("pages.js");

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
        driver.switchTo().newWindow(WindowType.WINDOW);
        chromium.open(url + path);
        driver.executeScript(EYES_AND_EARS);
        return driver.getWindowHandle();
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
