// SPDX-License-Identifier: Apache-2.0
// C++ objects whose life is that of an APR pool.
#pragma once

#include <apr_pools.h>

#include <new>
#include <utility>

namespace cutover {

template <class T>
apr_status_t destroy_in_pool(void* object) {
  static_cast<T*>(object)->~T();
  return APR_SUCCESS;
}

template <class T, class... Args>
T* make_in(apr_pool_t* pool, Args&&... args) {
  T* object = new (apr_palloc(pool, sizeof(T))) T(std::forward<Args>(args)...);
  apr_pool_cleanup_register(pool, object, &destroy_in_pool<T>, apr_pool_cleanup_null);
  return object;
}

}  // namespace cutover
