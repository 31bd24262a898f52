import { isWorthRetrying, storedKeys } from '@terrace/ui'
import { useRef, useState } from 'react'
import { useNavigate } from 'react-router'
import { ask } from '../api/queries.ts'
import { useServices } from '../api/services.ts'
import type { Account } from '../api/types.ts'
import { explain } from '../explain.ts'
import { text } from '../text.ts'
import type { CartLines } from './cart-lines.ts'
import { shortagesOf, withShortages } from './shortages.ts'

// Kept through a reload and for all tabs: an order whose fate is unknown is sent again as the same one.
const keys = storedKeys('order')

/**
 * Orders what is in the cart, once however often one presses. Afterwards what was ordered is out of the cart and the
 * order's page is shown; a refusal for lack of stock becomes what is known of the stock.
 */
export function usePlaceOrder(account: Account, onRefused: () => void) {
  const { api, queries, cart } = useServices()
  const navigate = useNavigate()
  const isSending = useRef(false)
  const [isPending, setIsPending] = useState(false)
  const [failure, setFailure] = useState<string>()

  const refuse = (error: unknown) => {
    const shortages = shortagesOf(error)
    if (shortages === undefined) {
      setFailure(isWorthRetrying(error) ? text.orderUnknown : explain(error))
      return
    }
    const { queryKey } = ask.products(api)
    queries.setQueryData(queryKey, products => products && withShortages(products, shortages))
    setFailure(text.notAllInStock)
    onRefused()
  }

  const place = async (lines: CartLines) => {
    if (isSending.current) return
    isSending.current = true
    setIsPending(true)
    setFailure(undefined)
    try {
      const order = await api.placeOrder(lines, keys.keyFor({ accountId: account.id, lines }))
      keys.settled()
      queries.setQueryData(ask.order(api, account.id, order.id).queryKey, order)
      void queries.invalidateQueries({ queryKey: ask.products(api).queryKey })
      await navigate(`/orders/${order.id}`)
      cart.ordered(order.items)
    } catch (error) {
      keys.settled(error)
      refuse(error)
    } finally {
      isSending.current = false
      setIsPending(false)
    }
  }

  return { place, isPending, failure }
}
