import { Button, NumberField, RowActions } from '@terrace/ui'
import { useState } from 'react'
import { useServices } from '../api/services.ts'
import { explain } from '../explain.ts'
import { text } from '../text.ts'
import { askOperations, setStock } from './operations-api.ts'

/** The largest that the API takes. */
const MAX_STOCK = 100_000_000

export interface SetStockProps {
  readonly productId: number
  readonly name: string
  /** As it is now; the field follows it until one types. */
  readonly stock: number
}

/** Sets the stock of one product. What one has typed isn't overwritten by what is sold meanwhile. */
export function SetStock({ productId, name, stock }: SetStockProps) {
  const { api, queries, toasts } = useServices()
  const [typed, setTyped] = useState<number>()
  const [isPending, setIsPending] = useState(false)
  const save = async (wanted: number) => {
    setIsPending(true)
    try {
      const level = await setStock(api, productId, wanted)
      setTyped(undefined)
      toasts.add({ state: 'good', text: text.stockSet(name, level.stock) }, { timeout: 6_000 })
      await queries.invalidateQueries({ queryKey: askOperations.stock(api).queryKey })
    } catch (error) {
      toasts.add({ state: 'bad', text: text.stockNotSet(name, explain(error)) })
    } finally {
      setIsPending(false)
    }
  }
  return (
    <RowActions>
      <NumberField
        label={text.newStockOf(name)}
        isLabelHidden
        name={`stock-${productId}`}
        value={typed ?? stock}
        min={0}
        max={MAX_STOCK}
        onChange={setTyped}
      />
      <Button
        label={text.setStockLabel(name)}
        isPending={isPending}
        isDisabled={typed === undefined}
        onPress={() => typed !== undefined && void save(typed)}
      >
        {text.setStock}
      </Button>
    </RowActions>
  )
}
