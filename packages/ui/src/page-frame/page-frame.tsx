import { type ReactNode, useEffect, useRef } from 'react'
import { Link as AriaLink } from 'react-aria-components/Link'
import { classNames } from '../class-names.ts'
import { formatNumber } from '../format/numbers.ts'
import { ThemeSwitch } from '../theme/theme-switch.tsx'
import { useUiText } from '../ui-text.tsx'
import styles from './page-frame.module.css'

export interface NavItem {
  readonly href: string
  readonly label: string
  readonly isCurrent: boolean
  /** How many there are, such as things in a cart; nothing when there are none. */
  readonly count?: number
}

export interface PageFrameProps {
  readonly brand: ReactNode
  readonly brandHref: string
  /** Names the row of links: "Library". */
  readonly navLabel: string
  readonly nav: readonly NavItem[]
  /** The path of the view. When it changes, the focus goes to the view's heading, so that a screen reader reads it. */
  readonly path: string
  /** Quiet bars under the header, such as the one that says that the server is away. */
  readonly banner?: ReactNode
  /** A line at the foot of every page. */
  readonly footer?: ReactNode
  readonly children: ReactNode
}

/** The frame of every page: header with name, navigation and theme switch, a place for bars, the content. */
export function PageFrame({ brand, brandHref, navLabel, nav, path, banner, footer, children }: PageFrameProps) {
  const text = useUiText()
  const main = useRef<HTMLElement>(null)
  const shown = useRef(path)
  useEffect(() => {
    if (shown.current === path) return
    shown.current = path
    window.scrollTo(0, 0)
    main.current?.querySelector('h1')?.focus({ preventScroll: true })
  }, [path])
  return (
    <div className={styles.frame}>
      {/* A button, not a link to #main: in an application with hash routes that would be a change of view. */}
      <button type="button" className={styles.skip} onClick={() => main.current?.focus()}>
        {text.skipToContent}
      </button>
      <header className={styles.header}>
        <div className={styles.bar}>
          <AriaLink href={brandHref} className={classNames(styles.brand)}>
            {brand}
          </AriaLink>
          <nav aria-label={navLabel} className={styles.nav}>
            <ul>
              {nav.map(item => (
                <li key={item.href}>
                  <AriaLink
                    href={item.href}
                    className={classNames(styles.item)}
                    {...(item.isCurrent ? { 'aria-current': 'page' } : {})}
                  >
                    {item.label}
                    {item.count ? <span className={styles.count}>{formatNumber(item.count)}</span> : null}
                  </AriaLink>
                </li>
              ))}
            </ul>
          </nav>
          <div className={styles.end}>
            <ThemeSwitch />
          </div>
        </div>
      </header>
      {banner}
      <main ref={main} tabIndex={-1} className={styles.main}>
        {children}
      </main>
      {footer && <footer className={styles.footer}>{footer}</footer>}
    </div>
  )
}
