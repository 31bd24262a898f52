import { Badge } from '@terrace/ui'
import { text } from '../text.ts'

/** From here on down one should hurry. */
const FEW = 5

/** What is left of a product, in words. */
export const StockBadge = ({ stock }: { readonly stock: number }) => (
  <Badge state={stock === 0 ? 'neutral' : stock <= FEW ? 'warning' : 'good'}>
    {stock === 0 ? text.soldOut : stock <= FEW ? text.onlyLeft(stock) : text.inStock(stock)}
  </Badge>
)
