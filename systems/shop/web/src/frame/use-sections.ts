import { useQuery } from '@tanstack/react-query'
import type { NavItem } from '@terrace/ui'
import { useLocation } from 'react-router'
import { ask } from '../api/queries.ts'
import { useServices } from '../api/services.ts'
import { useCart } from '../cart/cart.ts'
import { text } from '../text.ts'

/** The links of the header, for whoever is logged in. */
export function useSections(): readonly NavItem[] {
  const { api, cart } = useServices()
  const { pathname } = useLocation()
  const session = useQuery(ask.session(api))
  const account = session.data?.account
  const count = useCart(cart).reduce((sum, { quantity }) => sum + quantity, 0)
  const isThere = (href: string) => (href === '/' ? pathname === '/' : `${pathname}/`.startsWith(`${href}/`))
  const sections = [
    { href: '/', label: text.store },
    { href: '/cart', label: text.cart, count },
    { href: '/orders', label: text.orders },
    account === null ? { href: '/log-in', label: text.logIn } : { href: '/account', label: text.account },
    ...(account?.role === 'operator' ? [{ href: '/operations', label: text.operations }] : []),
  ]
  return sections.map(section => ({ ...section, isCurrent: isThere(section.href) }))
}
