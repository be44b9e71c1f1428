#include <doctest/doctest.h>

#include <deft/deft.hpp>
#include <deft/runtime/lbfgs.hpp>

#include "support/misuse.hpp"

namespace deft {
namespace {

Output loss_of(Bench& t) { return reduce_sum(square(t.w), {.name = "loss"}); }

constexpr Misuse misuses[] = {
    {"no iterations", typeid(RunError), ErrorCode::invalid_argument,
     "{0}: iterations is 0; use at least 1",
     [](Bench& t) { minimize_lbfgs(t.here(t.session), loss_of(t), {}, {.iterations = 0}); }},
    {"no history", typeid(RunError), ErrorCode::invalid_argument,
     "{0}: history is -1; use at least 1",
     [](Bench& t) { minimize_lbfgs(t.here(t.session), loss_of(t), {}, {.history = -1}); }},
    {"a negative tolerance", typeid(RunError), ErrorCode::invalid_argument,
     "{0}: change_tolerance is -1e-10; use 0 or more",
     [](Bench& t) {
       minimize_lbfgs(t.here(t.session), loss_of(t), {}, {.change_tolerance = -1e-10});
     }},
    {"conditions in the wrong order", typeid(RunError), ErrorCode::invalid_argument,
     "{0}: wolfe_c1 is 0.3, wolfe_c2 is 0.2; use 0 < wolfe_c1 < wolfe_c2 < 1, and "
     "wolfe_c1 < 1/2",
     [](Bench& t) {
       minimize_lbfgs(t.here(t.session), loss_of(t), {}, {.wolfe_c1 = 0.3, .wolfe_c2 = 0.2});
     }},
    {"an empty loss", typeid(RunError), ErrorCode::empty_handle,
     "{0}: fetch 0 is an empty Output; give it the result of a builder",
     [](Bench& t) { minimize_lbfgs(t.session, t.here(t.empty)); }},
    {"a loss of another graph", typeid(RunError), ErrorCode::wrong_graph,
     "{0}: fetch 0, 'foreign', belongs to another graph; use an Output of the session's graph",
     [](Bench& t) { minimize_lbfgs(t.session, t.here(t.foreign)); }},
    {"a loss of several elements", typeid(GradientError), ErrorCode::shape_mismatch,
     "{0}: gradients: 'w' has the shape [3], but only a scalar can be differentiated without "
     "grad_ys; reduce it to a scalar, or pass grad_ys",
     [](Bench& t) { minimize_lbfgs(t.session, t.here(t.w)); }},
    {"no variable", typeid(RunError), ErrorCode::invalid_argument,
     "{0}: the loss 'of_v' has a gradient for no trainable variable; make what is to be found a "
     "variable, or list the variables",
     [](Bench& t) {
       const Output loss = reduce_sum(t.v, {.name = "of_v"});
       minimize_lbfgs(t.here(t.session), loss);
     }},
    {"what is no variable", typeid(RunError), ErrorCode::invalid_argument,
     "{0}: 'v' is no variable but the result of constant; use the Output that variable() returned",
     [](Bench& t) {
       const Output loss = loss_of(t);
       minimize_lbfgs(t.session, loss, {t.here(t.v)});
     }},
    {"a variable twice", typeid(RunError), ErrorCode::invalid_argument,
     "{0}: variables[0] and variables[1] are both 'w'; list each variable once",
     [](Bench& t) {
       const Output loss = loss_of(t);
       minimize_lbfgs(t.session, loss, {t.w, t.here(t.w)});
     }},
    {"a variable that the loss does not depend on", typeid(GradientError),
     ErrorCode::not_differentiable,
     "{0}: gradients: 'loss' does not depend on 'other'; use Unconnected::zeros if a gradient of "
     "zero is meant",
     [](Bench& t) {
       const Output loss = loss_of(t);
       const Output other = variable(t.graph, Tensor{1.0F}, {.name = "other"});
       t.session.set(other, Tensor{1.0F});
       minimize_lbfgs(t.session, loss, {t.w, t.here(other)});
     },
     true},
    {"a variable without a value", typeid(RunError), ErrorCode::uninitialized_variable,
     "{0}: variable 'new': has no value yet; run global_variables_initializer(graph) first: it "
     "initializes the variables that exist when it is made",
     [](Bench& t) {
       const Output added = variable(t.graph, Tensor{1.0F}, {.name = "new"});
       const Output loss = reduce_sum(added);
       minimize_lbfgs(t.here(t.session), loss);
     }},
    {"a loss that is not finite at the start", typeid(RunError), ErrorCode::non_finite,
     "{0}: the loss 'loss' is inf at the start; begin with values of the variables at which loss "
     "and gradient are finite",
     [](Bench& t) {
       t.session.set(t.w, Tensor{1.0F, 1e30F, 1.0F});
       const Output loss = loss_of(t);
       const auto again = [&] { t.session.set(t.w, Tensor{1.0F, 2.0F, 3.0F}); };
       try {
         minimize_lbfgs(t.here(t.session), loss);
       } catch (const RunError&) {
         again();
         throw;
       }
     }},
    {"a gradient that is not finite at the start", typeid(RunError), ErrorCode::non_finite,
     "{0}: element 1 of the gradient for 'root' f32[2] is inf at the start; begin with values of "
     "the variables at which loss and gradient are finite",
     [](Bench& t) {
       const Output root = variable(t.graph, Tensor{1.0F, 0.0F}, {.name = "root"});
       t.session.set(root, Tensor{1.0F, 0.0F});
       const Output loss = reduce_sum(pow(root, 0.5));
       minimize_lbfgs(t.here(t.session), loss);
     }},
};

TEST_CASE("what minimize_lbfgs refuses") { check_misuses(misuses); }

}  // namespace
}  // namespace deft
