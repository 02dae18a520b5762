package dev.sluice.benchmarks.compare.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.xml.sax.SAXException;

public class ChartTest {
    private static final Chart CURVES = new Chart(
            "Cost against players & more",
            "players",
            "µs",
            List.of(),
            List.of(
                    new Chart.Series(
                            "as Chromium sends",
                            List.of(
                                    new Chart.Point(10, 4.25),
                                    new Chart.Point(100, 1.5),
                                    new Chart.Point(2_000, 1.25))),
                    new Chart.Series("evenly spaced", List.of(new Chart.Point(10, 7), new Chart.Point(2_000, 3)))));

    public static void assertWellFormed(String svg) {
        try {
            DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
        } catch (SAXException | IOException | ParserConfigurationException e) {
            throw new AssertionError(svg, e);
        }
        assertFalse(svg.contains("NaN") || svg.contains("Infinity"), svg);
    }

    @Test
    void shouldDrawCurves() {
        String svg = CURVES.svg();
        assertWellFormed(svg);
        assertTrue(svg.contains(">Cost against players &amp; more</text>"));
        assertTrue(svg.contains(">2,000</text>"));
        assertTrue(svg.contains(">4.25</text>"));
        assertEquals(5, svg.split("<circle").length - 1);
        assertTrue(svg.contains("prefers-color-scheme: dark"));
    }

    @Test
    void shouldDrawBars() {
        Chart chart = new Chart(
                "Loops",
                "media loops",
                "µs",
                List.of("1 loop", "2 loops"),
                List.of(new Chart.Series("even", List.of(new Chart.Point(0, 2), new Chart.Point(1, 2.5)))));
        String svg = chart.svg();
        assertWellFormed(svg);
        assertTrue(svg.contains(">2 loops</text>"));
        assertTrue(svg.contains(">2.50</text>"));
    }

    @Test
    void shouldRefuseToDrawNothing() {
        List<Chart.Series> empty = List.of(new Chart.Series("even", List.of()));
        assertThrows(IllegalArgumentException.class, () -> new Chart("t", "x", "y", List.of(), empty));
    }

    @Test
    void shouldMarkALinearAxisAtRoundValues() {
        assertEquals(List.of(0.0, 2.0, 4.0, 6.0, 8.0), Axis.linear(7).ticks());
        assertEquals(List.of(0.0, 0.5, 1.0, 1.5, 2.0), Axis.linear(1.9).ticks());
        assertEquals(2.0, Axis.linear(1.9).high());
        assertEquals(0.5, Axis.linear(7).position(4));
    }

    @Test
    void shouldPutEqualFactorsAtEqualDistances() {
        Axis axis = Axis.logarithmic(List.of(1_000.0, 10.0, 100.0, 100.0));
        assertEquals(List.of(10.0, 100.0, 1_000.0), axis.ticks());
        assertEquals(0.5, axis.position(100), 1e-9);
        assertEquals(0.5, Axis.logarithmic(List.of(7.0)).position(7));
    }
}
