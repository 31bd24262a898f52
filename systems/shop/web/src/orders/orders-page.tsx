import { PageTitle } from '@terrace/ui'
import { WithAccount } from '../account/with-account.tsx'
import { text } from '../text.ts'
import { OrdersList } from './orders-list.tsx'

/** All that one ordered so far. */
export const OrdersPage = () => (
  <>
    <PageTitle application={text.application}>{text.orders}</PageTitle>
    <WithAccount>{account => <OrdersList key={account.id} accountId={account.id} />}</WithAccount>
  </>
)
