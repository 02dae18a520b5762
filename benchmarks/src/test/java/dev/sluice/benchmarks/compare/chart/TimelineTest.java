package dev.sluice.benchmarks.compare.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class TimelineTest {
    @Test
    void shouldDrawAllPanelsOverTheSameSeconds() {
        Chart.Series rate = new Chart.Series("player", List.of(new Chart.Point(0, 400), new Chart.Point(10, 1_900)));
        Chart.Series way = new Chart.Series("the way carries", List.of(new Chart.Point(0, 2_000)));
        Chart.Series nothing = new Chart.Series("player", List.of());
        String svg = new Timeline(
                        "a & b",
                        10,
                        List.of(new Timeline.Span(2, 3)),
                        List.of(
                                new Timeline.Panel("kbit/s", List.of(rate, way)),
                                new Timeline.Panel("lines", List.of(nothing))))
                .svg();
        ChartTest.assertWellFormed(svg);
        assertTrue(svg.contains(">a &amp; b</text>"));
        assertEquals(2, svg.split(">player</text>|>the way carries</text>", -1).length - 1);
        assertEquals(3, svg.split("<path", -1).length - 1);
        assertEquals(2, svg.split("opacity:0.6", -1).length - 1);
    }
}
