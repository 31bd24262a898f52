import { useState } from 'react'
import { type Choice, ComboBox } from '../combo-box/combo-box.tsx'
import { NumberField } from '../number-field/number-field.tsx'
import { SearchField } from '../search-field/search-field.tsx'
import { Select } from '../select/select.tsx'
import { TextArea } from '../text-area/text-area.tsx'
import { TextField } from '../text-field/text-field.tsx'
import { Tick } from '../tick/tick.tsx'
import { Row, Section } from './section.tsx'

const PEOPLE: readonly Choice[] = [
  { id: '1', name: 'Person One', note: 'has no book' },
  { id: '2', name: 'Person Two', note: 'has 2 books' },
  { id: '3', name: 'Rechtsschutzversicherungsgesellschaftsvertreter Nummer Drei' },
]

/** Numbers: in the middle of their range, at its end, wrong, off. */
function NumberExamples() {
  const [count, setCount] = useState(3)
  const range = { min: 1, max: 10, onChange: setCount }
  return (
    <Section title="Number field">
      <Row>
        <NumberField label="Quantity" name="quantity" value={count} {...range} />
        <NumberField label="Quantity, least" name="least" value={1} {...range} />
        <NumberField label="Quantity, wrong" name="wrong-number" value={7} {...range} error="Only 5 are left" />
        <NumberField label="Quantity, off" name="off-number" value={2} {...range} isDisabled />
      </Row>
    </Section>
  )
}

/** Texts of several lines, and what is ticked. */
function TextAreaAndTickExamples() {
  const [text, setText] = useState('The first line.\nThe second line.')
  const [isTicked, setTicked] = useState(true)
  const [chosen, setChosen] = useState('a')
  return (
    <Section title="Text area, tick">
      <Row>
        <TextArea label="Description" name="description" value={text} onChange={setText} hint="Two lines will do." />
        <TextArea label="Description, wrong" name="wrong-area" value="" onChange={setText} error="Enter a text" />
        <TextArea label="Description, off" name="off-area" value="Not to be changed" onChange={setText} isDisabled />
      </Row>
      <Row>
        <Tick kind="many" name="many" label="Keep it" hint="For later." isTicked={isTicked} onChange={setTicked} />
        <Tick kind="many" name="off-tick" label="Off" isTicked={false} onChange={setTicked} isDisabled />
        {['a', 'b'].map(value => (
          <Tick
            key={value}
            kind="one"
            name="one"
            label={`Take ${value}`}
            isTicked={chosen === value}
            onChange={() => setChosen(value)}
          />
        ))}
      </Row>
    </Section>
  )
}

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
      <NumberExamples />
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
      <TextAreaAndTickExamples />
    </>
  )
}
