package dev.sluice.benchmarks.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Rows of text, as plain text or as Markdown; text stands to the left, all else to the right. Confined to one thread. */
public final class Table {
    private final List<String[]> rows = new ArrayList<>();
    private final int textColumns;

    /** @param textColumns how many columns from the left are text */
    public Table(int textColumns, String... head) {
        this.textColumns = textColumns;
        rows.add(head);
    }

    public void row(String... cells) {
        rows.add(cells);
    }

    /** A number with as many digits as can be told apart; a dash for none. */
    public static String number(double value) {
        if (Double.isNaN(value)) {
            return "–";
        }
        double size = Math.abs(value);
        return String.format(Locale.ROOT, size < 10 ? "%.2f" : size < 100 ? "%.1f" : "%,.0f", value);
    }

    String markdown() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < rows.size(); i++) {
            text.append("| ").append(String.join(" | ", rows.get(i))).append(" |\n");
            if (i == 0) {
                text.append("|---".repeat(textColumns));
                text.append("|--:".repeat(Math.max(0, rows.getFirst().length - textColumns)));
                text.append("|\n");
            }
        }
        return text.toString();
    }

    @Override
    public String toString() {
        int columns = rows.getFirst().length;
        int[] widths = new int[columns];
        for (String[] row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                String alignment = i < textColumns ? "-" : "";
                line.append(String.format(Locale.ROOT, "%" + alignment + widths[i] + "s  ", row[i]));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
