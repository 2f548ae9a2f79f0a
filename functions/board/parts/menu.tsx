import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

interface Props {
  name: string;
  /** Which of the menus it is, for its style. */
  kind: string;
  children(close: () => void): ComponentChildren;
}

/** A panel below a button. It is there only while it is open; Escape and a click elsewhere close it. */
export function Menu({ name, kind, children }: Props): JSX.Element {
  const menu = useRef<HTMLDetailsElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  const close = (): void => {
    if (menu.current !== null) menu.current.open = false;
  };
  useEffect(() => {
    const leave = ({ target }: Event): void => {
      if (target instanceof Node && menu.current?.contains(target) === false) close();
    };
    addEventListener('pointerdown', leave);
    return () => {
      removeEventListener('pointerdown', leave);
    };
  }, []);
  return (
    <details
      ref={menu}
      class={`menu ${kind}`}
      onToggle={({ currentTarget }) => {
        setIsOpen(currentTarget.open);
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !isOpen) return;
        event.stopPropagation();
        close();
        menu.current?.querySelector('summary')?.focus();
      }}
    >
      <summary>{name}</summary>
      {isOpen && <div class="menu-panel">{children(close)}</div>}
    </details>
  );
}
