package ai.echogen.data.shards;

import java.util.Locale;
import java.util.Optional;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.jspecify.annotations.Nullable;

/**
 * A row group's pages, of whose dictionaries none has more values than bytes: memory is taken for
 * as many values as a page's header says before the first is read.
 */
public record BoundedDictionaries(PageReadStore pages) implements PageReadStore {
  @Override
  public PageReader getPageReader(ColumnDescriptor column) {
    return new Bounded(pages.getPageReader(column));
  }

  @Override
  public long getRowCount() {
    return pages.getRowCount();
  }

  @Override
  public Optional<Long> getRowIndexOffset() {
    return pages.getRowIndexOffset();
  }

  private record Bounded(PageReader pages) implements PageReader {
    @Override
    public @Nullable DictionaryPage readDictionaryPage() {
      var page = pages.readDictionaryPage();
      if (page != null && page.getDictionarySize() > page.getBytes().size()) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "a dictionary of %d bytes is said to have %d values",
                page.getBytes().size(),
                page.getDictionarySize()));
      }
      return page;
    }

    @Override
    public long getTotalValueCount() {
      return pages.getTotalValueCount();
    }

    @Override
    public @Nullable DataPage readPage() {
      return pages.readPage();
    }
  }
}
