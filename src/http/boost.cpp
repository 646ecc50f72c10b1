// SPDX-License-Identifier: Apache-2.0
// The parts of Asio that aren't templates, compiled here and nowhere else.
#include <boost/asio/impl/src.hpp>
