import { useQuery } from '@tanstack/react-query'
import { type Column, DataTable, EmptyState, formatNumber, ListSkeleton, Load } from '@terrace/ui'
import { useServices } from '../api/services.ts'
import { explain } from '../explain.ts'
import { StockBadge } from '../store/stock-badge.tsx'
import { text } from '../text.ts'
import { askOperations, type StockLevel } from './operations-api.ts'
import { SetStock } from './set-stock.tsx'

type StockColumn = 'product' | 'badge' | 'stock' | 'set'

const columns: readonly Column<StockLevel, StockColumn>[] = [
  { id: 'product', header: text.product, cell: level => level.name, card: 'title' },
  {
    id: 'badge',
    header: text.state,
    cell: level => <StockBadge stock={level.stock} />,
    width: '14rem',
    card: 'corner',
  },
  { id: 'stock', header: text.inStockNow, cell: level => formatNumber(level.stock), align: 'end', width: '9rem' },
  {
    id: 'set',
    header: text.actions,
    cell: level => <SetStock productId={level.productId} name={level.name} stock={level.stock} />,
    width: '20rem',
    card: 'actions',
  },
]

/** What is left of each product, live, and the way to set it. */
export function Stock() {
  const { api } = useServices()
  const levels = useQuery(askOperations.stock(api))
  return (
    <Load of={levels} failure={text.stockFailure} explain={explain} skeleton={<ListSkeleton rows={6} />}>
      {rows =>
        rows.length === 0 ? (
          <EmptyState icon="box" title={text.noProducts}>
            {text.noProductsText}
          </EmptyState>
        ) : (
          <DataTable<StockLevel, StockColumn>
            label={text.stock}
            columns={columns}
            rows={rows}
            rowKey={level => level.productId}
          />
        )
      }
    </Load>
  )
}
