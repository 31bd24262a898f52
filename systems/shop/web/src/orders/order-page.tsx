import { useQuery } from '@tanstack/react-query'
import { BackLink, EmptyState, isNotFound, Link, ListSkeleton, Load, PageTitle } from '@terrace/ui'
import { WithAccount } from '../account/with-account.tsx'
import { ask } from '../api/queries.ts'
import { useServices } from '../api/services.ts'
import type { Account } from '../api/types.ts'
import { explain } from '../explain.ts'
import { text } from '../text.ts'
import { OrderDetails } from './order-details.tsx'

/** One's own order, and how it goes from accepted to confirmed. */
export const OrderPage = ({ id }: { readonly id: string }) => (
  <WithAccount
    otherwise={
      <>
        <Title>{text.order}</Title>
        <WithAccount>{() => null}</WithAccount>
      </>
    }
  >
    {account => <OwnOrder id={id} account={account} />}
  </WithAccount>
)

function OwnOrder({ id, account }: { readonly id: string; readonly account: Account }) {
  const { api } = useServices()
  const order = useQuery(ask.order(api, account.id, id))
  if (order.data === undefined && isNotFound(order.error)) {
    return (
      <>
        <Title>{text.orderGone}</Title>
        <EmptyState icon="box" title={text.orderGone} action={<Link href="/orders">{text.showOrders}</Link>}>
          {text.orderGoneText}
        </EmptyState>
      </>
    )
  }
  return (
    <>
      <Title>{order.data ? text.orderTitle(order.data.number) : text.order}</Title>
      <Load of={order} failure={text.orderFailure} explain={explain} skeleton={<ListSkeleton rows={3} />}>
        {data => <OrderDetails order={data} email={account.email} />}
      </Load>
    </>
  )
}

const Title = ({ children }: { readonly children: string }) => (
  <PageTitle application={text.application} above={<BackLink href="/orders">{text.orders}</BackLink>}>
    {children}
  </PageTitle>
)
