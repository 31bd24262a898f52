import type { ReactNode } from 'react'
import { Link as AriaLink } from 'react-aria-components/Link'
import { classNames } from '../class-names.ts'
import { Icon } from '../icons/icon.tsx'
import styles from './link.module.css'

export interface LinkProps {
  /** A path of the application; the application's router turns it into an address. */
  readonly href: string
  readonly children: ReactNode
  /** `text` is underlined in running text, `title` is the name of a thing in a list. */
  readonly look?: 'text' | 'title'
}

/** The way back to the list that a thing belongs to, for above its heading. */
export const BackLink = ({ href, children }: Omit<LinkProps, 'look'>) => (
  <AriaLink href={href} className={classNames(styles.link, styles.back)}>
    <Icon name="chevronLeft" />
    {children}
  </AriaLink>
)

/** A link to another view. Wrap the application in React Aria's `RouterProvider` so that it navigates without a reload. */
export const Link = ({ href, children, look = 'text' }: LinkProps) => (
  <AriaLink href={href} className={classNames(styles.link, styles[look])}>
    {children}
  </AriaLink>
)
