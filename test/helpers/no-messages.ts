/** The queues of slices of a collector whose workers keep up with every tick. */
export const NO_MESSAGES = {
  tenants: { peek: () => Promise.resolve([]) },
  slowTenants: { peek: () => Promise.resolve([]) },
};
