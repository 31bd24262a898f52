import { useSyncExternalStore } from 'react'
import type { Wanted } from '../api/types.ts'
import { type CartLines, readLines, withoutOrdered, withQuantity, writeLines } from './cart-lines.ts'

const STORAGE_KEY = 'shop.cart'

/** The cart of this browser: it survives logging in and out, a reload, and is the same in all tabs. */
export interface Cart {
  readonly lines: () => CartLines
  readonly subscribe: (listener: () => void) => () => void
  /** None takes the product out. */
  readonly setQuantity: (productId: number, quantity: number) => void
  /** Takes out what was ordered. */
  readonly ordered: (items: readonly Wanted[]) => void
}

/** The cart kept in `localStorage`, or in memory where storage is forbidden. */
export function openCart(): Cart {
  const listeners = new Set<() => void>()
  let lines = readLines(stored())
  const show = (next: CartLines) => {
    lines = next
    for (const listener of listeners) listener()
  }
  const change = (next: CartLines) => {
    try {
      localStorage.setItem(STORAGE_KEY, writeLines(next))
    } catch {
      // Storage may be forbidden: the cart then lasts as long as the page.
    }
    show(next)
  }
  window.addEventListener('storage', event => {
    if (event.key === STORAGE_KEY || event.key === null) show(readLines(stored()))
  })
  return {
    lines: () => lines,
    subscribe: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    setQuantity: (productId, quantity) => change(withQuantity(lines, productId, quantity)),
    ordered: items => change(withoutOrdered(lines, items)),
  }
}

function stored(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY)
  } catch {
    return null
  }
}

/** What is in the cart, followed. */
export const useCart = (cart: Cart): CartLines => useSyncExternalStore(cart.subscribe, cart.lines)
