import { Button } from '../button/button.tsx'
import { formatNumber } from '../format/numbers.ts'
import { Icon } from '../icons/icon.tsx'
import { useUiText } from '../ui-text.tsx'
import { pageNumbers } from './page-numbers.ts'
import styles from './pagination.module.css'

export interface PaginationProps {
  /** Counts from 1. */
  readonly page: number
  readonly pageSize: number
  readonly total: number
  readonly onPage: (page: number) => void
  /** Tells it apart where a view has several. */
  readonly label?: string
}

/** Which part of a long list is in sight, and the way to the others. Nothing but the count when all of it is. */
export function Pagination({ page, pageSize, total, onPage, label }: PaginationProps) {
  const text = useUiText()
  const pages = Math.max(1, Math.ceil(total / pageSize))
  const first = total === 0 ? 0 : (page - 1) * pageSize + 1
  const last = Math.min(total, page * pageSize)
  return (
    <nav className={styles.pagination} aria-label={label ?? text.pages}>
      <p className={styles.range} aria-live="polite">
        {pages > 1
          ? text.rangeOf(formatNumber(first), formatNumber(last), formatNumber(total))
          : text.inAll(formatNumber(total))}
      </p>
      {pages > 1 && (
        <ul className={styles.pages}>
          <li>
            <Button
              size="small"
              look="quiet"
              iconOnly
              label={text.previousPage}
              isDisabled={page <= 1}
              onPress={() => onPage(page - 1)}
            >
              <Icon name="chevronLeft" />
            </Button>
          </li>
          {pageNumbers(page, pages).map((entry, index) =>
            entry === 'gap' ? (
              <li key={index === 1 ? 'gap-before' : 'gap-after'} className={styles.gap} aria-hidden="true">
                …
              </li>
            ) : (
              <li key={entry} className={styles.page} aria-current={entry === page ? 'page' : undefined}>
                <Button
                  size="small"
                  look={entry === page ? 'plain' : 'quiet'}
                  label={text.pageOf(formatNumber(entry), formatNumber(pages))}
                  onPress={() => onPage(entry)}
                >
                  {formatNumber(entry)}
                </Button>
              </li>
            ),
          )}
          <li>
            <Button
              size="small"
              look="quiet"
              iconOnly
              label={text.nextPage}
              isDisabled={page >= pages}
              onPress={() => onPage(page + 1)}
            >
              <Icon name="chevronRight" />
            </Button>
          </li>
        </ul>
      )}
    </nav>
  )
}
