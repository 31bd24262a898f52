import { EmptyState, Link, PageTitle } from '@terrace/ui'
import { text } from '../text.ts'

/** An address that leads nowhere. */
export const NotFoundPage = () => (
  <>
    <PageTitle application={text.application}>{text.notFoundTitle}</PageTitle>
    <EmptyState icon="search" title={text.notFoundTitle} action={<Link href="/">{text.toItems}</Link>}>
      {text.notFound}
    </EmptyState>
  </>
)
