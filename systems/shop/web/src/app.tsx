import { ConnectionBar, Icon, PageFrame, RouterProvider, ToastRegion } from '@terrace/ui'
import { Route, Routes, useHref, useLocation, useNavigate, useParams } from 'react-router'
import { AccountPage } from './account/account-page.tsx'
import { EntrancePage } from './account/entrance-page.tsx'
import { useServices } from './api/services.ts'
import { CartPage } from './cart/cart-page.tsx'
import { NotFoundPage } from './frame/not-found-page.tsx'
import { useSections } from './frame/use-sections.ts'
import { ZoneLine } from './frame/zone-line.tsx'
import { OperationsDoor } from './operations/operations-door.tsx'
import { OrderPage } from './orders/order-page.tsx'
import { OrdersPage } from './orders/orders-page.tsx'
import { StorePage } from './store/store-page.tsx'
import { text } from './text.ts'

/** The frame and the views. */
export function App() {
  const navigate = useNavigate()
  const { pathname } = useLocation()
  const { connection, toasts } = useServices()
  return (
    <RouterProvider navigate={path => void navigate(path)} useHref={useHref}>
      <PageFrame
        brand={
          <>
            <Icon name="box" /> {text.application}
          </>
        }
        brandHref="/"
        navLabel={text.navigation}
        path={pathname}
        nav={useSections()}
        banner={<ConnectionBar connection={connection} offline={text.offline} away={text.away} />}
        footer={<ZoneLine />}
      >
        <Routes>
          <Route path="/" element={<StorePage />} />
          <Route path="/cart" element={<CartPage />} />
          <Route path="/orders" element={<OrdersPage />} />
          <Route path="/orders/:id" element={<OneOrder />} />
          <Route path="/account" element={<AccountPage />} />
          <Route path="/log-in" element={<EntrancePage key="log-in" way="logIn" />} />
          <Route path="/sign-up" element={<EntrancePage key="sign-up" way="signUp" />} />
          <Route path="/operations" element={<OperationsDoor />} />
          <Route path="*" element={<NotFoundPage />} />
        </Routes>
      </PageFrame>
      <ToastRegion toasts={toasts} />
    </RouterProvider>
  )
}

// The key makes each order a view of its own: nothing of the one shown before stays behind.
function OneOrder() {
  const { id = '' } = useParams()
  return <OrderPage key={id} id={id} />
}
