import { Banner } from '../banner/banner.tsx'
import { Button } from '../button/button.tsx'
import { ListSkeleton, Skeleton } from '../skeleton/skeleton.tsx'
import { EmptyState } from '../states/empty-state.tsx'
import { ErrorState } from '../states/error-state.tsx'
import { Load } from '../states/load.tsx'
import { Section } from './section.tsx'

const again = () => {}

/** The states of a view, from the first load to a backend that is away. */
export const StatesPage = () => (
  <>
    <Section title="First load">
      <Skeleton isNow>
        <ListSkeleton rows={3} />
      </Skeleton>
    </Section>
    <Section title="Empty">
      <EmptyState icon="book" title="No things yet" action={<Button look="primary">Add the first thing</Button>}>
        Things that you add will stand here, with who has them.
      </EmptyState>
    </Section>
    <Section title="Failed">
      <ErrorState
        title="The things could not be loaded"
        because="The server had a problem. It has been recorded."
        onRetry={again}
      />
    </Section>
    <Section title="Partly failed">
      <Load
        of={{ data: 'What is known stays in sight.', error: new Error('away'), isFetching: false, refetch: again }}
        failure="The things could not be loaded"
        explain={() => 'The server does not answer.'}
        skeleton={null}
      >
        {known => <p>{known}</p>}
      </Load>
    </Section>
    <Section title="Banner">
      <Banner state="info">Something to know.</Banner>
      <Banner state="warning" icon="cloudOff" action={<Button size="small">Try again</Button>}>
        You are offline. What you see may be out of date; what you type is kept.
      </Banner>
      <Banner state="bad">“Dune” was not lent: Person One has 2 books already, and 2 is the most.</Banner>
    </Section>
  </>
)
