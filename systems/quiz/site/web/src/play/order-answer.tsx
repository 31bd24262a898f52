import { Button, Icon, VisuallyHidden } from '@terrace/ui'
import { type KeyboardEvent, useRef, useState } from 'react'
import type { PlayQuestion } from '../api/types.ts'
import { keepFocus } from '../frame/keep-focus.ts'
import { playText } from '../text/play-text.ts'
import styles from './answers.module.css'
import type { Kept } from './outbox.ts'
import type { AnswerProps } from './question-step.tsx'
import { useKeys } from './use-keys.ts'

/** The options in the order that was answered, or as they came. */
export function orderOf(question: PlayQuestion, answer: Kept | undefined): readonly string[] {
  const all = question.options.map(({ id }) => id)
  const given = answer?.optionIds ?? []
  return given.length === all.length ? given : all
}

/** Options to put in order: by two buttons each, or by the arrow keys; nothing has to be dragged. */
export function OrderAnswer({ question, answer, onAnswer, labelledBy }: AnswerProps) {
  const list = useRef<HTMLOListElement>(null)
  const [said, say] = useState('')
  const order = orderOf(question, answer)
  const nameOf = (id: string): string => {
    const index = question.options.findIndex(option => option.id === id)
    return question.options[index]?.text || playText.pictureNumber(index + 1)
  }
  const move = (id: string, by: -1 | 1) => {
    const from = order.indexOf(id)
    const to = from + by
    if (to < 0 || to >= order.length) return
    const next = order.filter(other => other !== id)
    next.splice(to, 0, id)
    onAnswer({ optionIds: next })
    say(playText.moved(nameOf(id), to + 1, order.length))
    keepFocus(() => list.current?.querySelectorAll<HTMLElement>('[data-entry]')[to])
  }
  const onArrow = (id: string) => (event: KeyboardEvent) => {
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return
    event.preventDefault()
    move(id, event.key === 'ArrowUp' ? -1 : 1)
  }
  useKeys(key => {
    if (key !== 'Enter') list.current?.querySelectorAll<HTMLElement>('[data-entry]')[Number(key) - 1]?.focus()
  })
  return (
    <>
      <ol ref={list} aria-labelledby={labelledBy} className={styles.order}>
        {order.map((id, index) => {
          const picture = question.options.find(option => option.id === id)?.pictureUrl
          return (
            <li key={id} className={styles.entry}>
              <span
                data-entry
                role="spinbutton"
                tabIndex={0}
                aria-label={nameOf(id)}
                aria-valuenow={index + 1}
                aria-valuemin={1}
                aria-valuemax={order.length}
                aria-valuetext={playText.movable(nameOf(id), index + 1, order.length)}
                onKeyDown={onArrow(id)}
                className={styles.line}
              >
                <kbd className={styles.key}>{index + 1}</kbd>
                {picture && <img src={picture} alt="" className={styles.thumb} />}
                <span className={styles.words}>{nameOf(id)}</span>
              </span>
              <Button
                size="small"
                iconOnly
                label={playText.moveUp(nameOf(id))}
                isDisabled={index === 0}
                onPress={() => move(id, -1)}
              >
                <Icon name="arrowUp" />
              </Button>
              <Button
                size="small"
                iconOnly
                label={playText.moveDown(nameOf(id))}
                isDisabled={index === order.length - 1}
                onPress={() => move(id, 1)}
              >
                <Icon name="arrowDown" />
              </Button>
            </li>
          )
        })}
      </ol>
      <VisuallyHidden>
        <p role="status">{said}</p>
      </VisuallyHidden>
    </>
  )
}
