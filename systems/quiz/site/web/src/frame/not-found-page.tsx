import { EmptyState, Link, PageTitle } from '@terrace/ui'
import { text } from '../text/text.ts'

/** An address that leads nowhere. */
export const NotFoundPage = () => (
  <>
    <PageTitle application={text.application}>{text.notFoundTitle}</PageTitle>
    <EmptyState icon="search" title={text.notFoundTitle} action={<Link href="/">{text.toStart}</Link>}>
      {text.notFound}
    </EmptyState>
  </>
)
