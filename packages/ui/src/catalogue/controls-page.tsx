import { useState } from 'react'
import { Badge } from '../badge/badge.tsx'
import { Button } from '../button/button.tsx'
import { CopyField } from '../copy-field/copy-field.tsx'
import { FileButton } from '../file-button/file-button.tsx'
import { Icon } from '../icons/icon.tsx'
import { Link } from '../link/link.tsx'
import { LinkButton } from '../link-button/link-button.tsx'
import { MenuButton } from '../menu/menu-button.tsx'
import { Pagination } from '../pagination/pagination.tsx'
import { ProgressBar } from '../progress-bar/progress-bar.tsx'
import { SegmentedControl } from '../segmented/segmented-control.tsx'
import { Tabs } from '../tabs/tabs.tsx'
import { showUndo, type Toasts } from '../toast/toasts.ts'
import { DialogExamples } from './dialog-examples.tsx'
import { FieldExamples } from './field-examples.tsx'
import { Row, Section } from './section.tsx'

const nothing = () => {}

/** What one presses, types into and chooses from. */
export const ControlsPage = ({ toasts }: { readonly toasts: Toasts }) => (
  <>
    <Section title="Button">
      {(['normal', 'small'] as const).map(size => (
        <Row key={size}>
          {(['primary', 'plain', 'quiet', 'bad'] as const).map(look => (
            <Button key={look} look={look} size={size}>
              {`Save ${look}`}
            </Button>
          ))}
          <Button size={size} isDisabled>
            Not now
          </Button>
          <Button size={size} look="primary" isPending>
            Save pending
          </Button>
          <Button size={size} look="primary">
            <Icon name="plus" /> Add a thing
          </Button>
        </Row>
      ))}
    </Section>
    <Section title="Link, badge, menu">
      <Row>
        <Link href="#/controls">A link in text</Link>
        <Link href="#/controls" look="title">
          The name of a thing
        </Link>
        <Badge state="good">Available</Badge>
        <Badge state="neutral">Lent</Badge>
        <Badge state="warning">Due today</Badge>
        <Badge state="bad">Overdue</Badge>
        <Badge state="info">New</Badge>
        <MenuButton
          label="More actions"
          actions={[
            { id: 'edit', label: 'Edit thing', onAction: nothing },
            { id: 'move', label: 'Move thing', onAction: nothing, blockedBecause: 'It is where it belongs.' },
            { id: 'delete', label: 'Delete thing', onAction: nothing, isBad: true },
          ]}
        />
      </Row>
    </Section>
    <FieldExamples />
    <ChoiceExamples />
    <DialogExamples />
    <Section title="Link button, file, progress, copy">
      <Row>
        <LinkButton href="#/controls" look="primary">
          Go on
        </LinkButton>
        <LinkButton href="#/controls">Another way</LinkButton>
        <FileButton types={['image/png']} onChoose={nothing}>
          <Icon name="picture" /> Add picture
        </FileButton>
        <ProgressBar label="Uploading mountain.jpeg" value={0.42} />
        <ProgressBar label="Progress" value={0.3} words="Question 3 of 10" />
      </Row>
      <CopyField label="Link" value="https://example.com/a-thing-to-pass-on" copyLabel="Copy link" />
    </Section>
    <Section title="Toast">
      <Row>
        <Button onPress={() => toasts.add({ state: 'good', text: 'The thing was saved.' }, { timeout: 6_000 })}>
          Show good
        </Button>
        <Button onPress={() => toasts.add({ state: 'bad', text: 'The thing was not saved: it is somebody else’s.' })}>
          Show bad
        </Button>
        <Button
          onPress={() =>
            showUndo(toasts, { text: 'The thing was deleted.', undoLabel: 'Undo', commit: nothing, undo: nothing })
          }
        >
          Show undo
        </Button>
      </Row>
    </Section>
  </>
)

function ChoiceExamples() {
  const [show, setShow] = useState<'all' | 'available' | 'lent'>('all')
  const [tab, setTab] = useState<'current' | 'overdue' | 'history'>('current')
  const [page, setPage] = useState(200)
  return (
    <>
      <Section title="Segmented control">
        <Row>
          <SegmentedControl
            label="Show"
            value={show}
            onChange={setShow}
            options={[
              { value: 'all', label: 'All' },
              { value: 'available', label: 'Available' },
              { value: 'lent', label: 'Lent' },
            ]}
          />
        </Row>
      </Section>
      <Section title="Tabs">
        <Tabs
          label="Things"
          value={tab}
          onChange={setTab}
          tabs={[
            { value: 'current', label: 'Current', count: '12' },
            { value: 'overdue', label: 'Overdue', count: '3' },
            { value: 'history', label: 'History' },
          ]}
        >
          <p>What is under “{tab}”.</p>
        </Tabs>
      </Section>
      <Section title="Pagination">
        <Pagination page={page} pageSize={25} total={10_000} onPage={setPage} />
        <Pagination page={1} pageSize={25} total={12} onPage={nothing} label="Pages of a short list" />
      </Section>
    </>
  )
}
