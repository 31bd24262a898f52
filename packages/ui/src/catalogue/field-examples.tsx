import { useState } from 'react'
import { type Choice, ComboBox } from '../combo-box/combo-box.tsx'
import { SearchField } from '../search-field/search-field.tsx'
import { Select } from '../select/select.tsx'
import { TextField } from '../text-field/text-field.tsx'
import { Row, Section } from './section.tsx'

const PEOPLE: readonly Choice[] = [
  { id: '1', name: 'Person One', note: 'has no book' },
  { id: '2', name: 'Person Two', note: 'has 2 books' },
  { id: '3', name: 'Rechtsschutzversicherungsgesellschaftsvertreter Nummer Drei' },
]

/** Fields: empty, filled, wrong, off; choosing one of a few and one of many. */
export function FieldExamples() {
  const [text, setText] = useState('')
  const [search, setSearch] = useState('')
  const [order, setOrder] = useState<'title' | 'author'>('title')
  const [typed, setTyped] = useState('')
  const [chosen, setChosen] = useState<Choice>()
  return (
    <>
      <Section title="Text field">
        <Row>
          <TextField label="Title" name="title" value={text} onChange={setText} hint="As it stands on the cover." />
          <TextField label="Wrong" name="wrong" value="" onChange={setText} error="Enter a title" />
          <TextField label="Off" name="off" value="Not to be changed" onChange={setText} isDisabled />
        </Row>
      </Section>
      <Section title="Search, select, picker">
        <Row>
          <SearchField label="Search things" placeholder="Search" value={search} onChange={setSearch} />
          <Select
            label="Sort by"
            isInline
            value={order}
            onChange={setOrder}
            options={[
              { value: 'title', label: 'Title' },
              { value: 'author', label: 'Author' },
            ]}
          />
        </Row>
        <Row>
          <ComboBox
            label="Person"
            name="person"
            hint="Type a part of the name."
            text={typed}
            onTextChange={setTyped}
            choices={PEOPLE.filter(({ name }) => chosen || name.toLowerCase().includes(typed.toLowerCase()))}
            chosen={chosen}
            onChoose={setChosen}
            emptyText="Nobody of that name."
          />
          <ComboBox
            label="Person, wrong"
            name="wrong-person"
            text=""
            onTextChange={() => {}}
            choices={[]}
            chosen={undefined}
            onChoose={() => {}}
            error="Choose a person"
            emptyText="Nobody of that name."
          />
        </Row>
      </Section>
    </>
  )
}
